package cli

import (
	"errors"
	"io"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"mailauth/checks/catalog"
)

func TestParseTarget(t *testing.T) {
	tests := []struct {
		given, want string // canonical; "error …" names the text of the complaint
		masked      bool
		why         string
	}{
		{"192.0.2.1", "192.0.2.1/32", false, "an address"},
		{" 192.0.2.1\t", "192.0.2.1/32", false, "space around it"},
		{"192.0.2.0/24", "192.0.2.0/24", false, "a prefix"},
		{"192.0.2.77/24", "192.0.2.0/24", true, "a prefix with the bits of a host"},
		{"192.0.2.77/32", "192.0.2.77/32", false, "a prefix of one address"},
		{"0.0.0.0/0", "0.0.0.0/0", false, "all of IPv4"},
		{"2001:DB8::25", "2001:db8::25/128", false, "IPv6 in capitals"},
		{"2001:db8::/32", "2001:db8::/32", false, "an IPv6 prefix"},
		{"2001:db8::1/32", "2001:db8::/32", true, "an IPv6 prefix with the bits of a host"},
		{"::ffff:192.0.2.1", "192.0.2.1/32", false, "an IPv4-mapped address is IPv4"},
		{"::ffff:192.0.2.0/120", "192.0.2.0/24", false, "and so is a prefix of them"},
		{"::ffff:192.0.2.9/120", "192.0.2.0/24", true, "also with the bits of a host"},
		{"::ffff:0:0/96", "0.0.0.0/0", false, "all of them"},
		{"::/0", "::/0", false, "all of IPv6"},
		{"::ffff:0:0/90", "::ffc0:0:0/90", true, "more than the IPv4-mapped ones"},

		{"", "error target", false, "nothing"},
		{"192.0.2", "error target", false, "three octets"},
		{"192.0.2.300", "error target", false, "an octet too large"},
		{"192.0.2.01", "error target", false, "a leading zero is octal to some"},
		{"192.0.2.1 192.0.2.2", "error target", false, "two addresses"},
		{"192.0.2.1:25", "error target-port", false, "a port"},
		{"[2001:db8::25]:25", "error target-port", false, "an IPv6 address with a port"},
		{"[192.0.2.1]", "error target", false, "an address literal"},
		{"192.0.2.1-192.0.2.9", "error target-range", false, "a range"},
		{"192.0.2.0/33", "error target-bits", false, "too long a prefix"},
		{"192.0.2.0/255.255.255.0", "error target-bits", false, "a netmask"},
		{"192.0.2.0/", "error target-bits", false, "no length"},
		{"fe80::1%eth0", "error target-zone", false, "a zone"},
		{"mail.example.co.jp", "error target-host", false, "a host"},
		{"ip4:192.0.2.1", "error target", false, "a term of a record"},
	}
	for _, tt := range tests {
		got, masked, err := parseTarget(tt.given)
		said := got.Prefix.String()
		if c, bad := errors.AsType[*complaint](err); bad {
			said = strings.Replace(c.text.ID, "cli.error-", "error ", 1)
		}
		if said != tt.want || masked != tt.masked {
			t.Errorf("%s: parseTarget(%q) = %s, masked %v, want %s, %v", tt.why, tt.given, said, masked, tt.want, tt.masked)
		}
	}
}

// A target reads back as itself, is masked, and is never an IPv4-mapped one.
func FuzzParseTarget(f *testing.F) {
	for _, seed := range []string{"192.0.2.1", "192.0.2.77/24", "2001:db8::/32", "::ffff:192.0.2.9/120", "::ffff:0:0/90", "[::1]:25", "1-2", "fe80::1%a", "a.b", "\xff/1"} {
		f.Add(seed)
	}
	texts, err := catalog.Load()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, given string) {
		target, _, err := parseTarget(given)
		if err != nil {
			c, _ := errors.AsType[*complaint](err)
			if said := texts.For("ja").Say(c.text); strings.Contains(said, "<no value>") || !texts.For("ja").Has(c.hint.ID) {
				t.Errorf("%q: %s, %s", given, said, c.hint.ID)
			}
			return
		}
		p := target.Prefix
		if p != p.Masked() || p.Addr().Is4In6() && p.Bits() >= mappedBits || p.Addr().Zone() != "" {
			t.Errorf("%q is %v", given, p)
		}
		again, masked, err := parseTarget(p.String())
		if err != nil || masked || again.Prefix != p {
			t.Errorf("%q is %v, which reads back as %v, masked %v, %v", given, p, again.Prefix, masked, err)
		}
		if p.IsSingleIP() {
			if again, _, err := parseTarget(p.Addr().String()); err != nil || again.Prefix != p {
				t.Errorf("%q is %v, which reads back as %v, %v", given, p.Addr(), again.Prefix, err)
			}
		}
	})
}

// Every line of a list is either a target or a complaint with its number.
func TestReadTargets(t *testing.T) {
	const list = "\ufeff# senders\r\n" +
		"192.0.2.1\r\n" +
		"\r\n" +
		"198.51.100.0/25   # the new rack\r\n" +
		"mail.example.co.jp\r\n" +
		"#2001:db8::1\r\n" +
		"  2001:db8::2#x\r\n" +
		"192.0.2.9, 192.0.2.10\r\n" +
		"192.0.2.300"
	var wide strings.Builder
	for _, r := range list { // as Windows PowerShell writes it
		wide.WriteByte(byte(r))
		wide.WriteByte(byte(r >> 8))
	}
	for name, text := range map[string]string{"UTF-8": list, "UTF-16": wide.String(), "long comment": strings.Replace(list, "rack", strings.Repeat("rack", maxTargetLine), 1)} {
		l := &targetList{}
		if err := l.read(strings.NewReader(text), "senders.txt"); err != nil {
			t.Fatal(err)
		}
		var good, bad []string
		for _, target := range l.targets {
			good = append(good, placeOf(target)+" "+target.Prefix.String())
		}
		for _, b := range l.bad {
			bad = append(bad, placeOf(b.Target)+" "+b.Text)
		}
		if want := []string{"senders.txt:2 192.0.2.1/32", "senders.txt:4 198.51.100.0/25", "senders.txt:7 2001:db8::2/128"}; !reflect.DeepEqual(good, want) {
			t.Errorf("%s: good lines %q, want %q", name, good, want)
		}
		if want := []string{"senders.txt:5 mail.example.co.jp", "senders.txt:8 192.0.2.9, 192.0.2.10", "senders.txt:9 192.0.2.300"}; !reflect.DeepEqual(bad, want) {
			t.Errorf("%s: bad lines %q, want %q", name, bad, want)
		}
	}
}

func TestReadTargetsLimits(t *testing.T) {
	l := &targetList{}
	if err := l.read(strings.NewReader(strings.Repeat("x", 3*maxTargetLine)+"\n192.0.2.1\n"), "f"); err != nil || len(l.targets) != 1 || len(l.bad) != 1 {
		t.Errorf("a long line: %d targets, %d bad, %v", len(l.targets), len(l.bad), err)
	}
	if text := l.bad[0].problem.text.Args["given"].(string); len(text) > 2*longestFound {
		t.Errorf("a long line is quoted with %d octets", len(text))
	}
	endless := io.MultiReader(strings.NewReader("192.0.2.1\n"), repeat("#"))
	err := (&targetList{}).read(endless, "f")
	if c, _ := errors.AsType[*complaint](err); c == nil || c.text.ID != "cli.error-targets-large" {
		t.Errorf("an endless file: %v", err)
	}
	broken := io.MultiReader(strings.NewReader("192.0.2.1\n"), failing{io.ErrUnexpectedEOF})
	if err := (&targetList{}).read(broken, "f"); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a file that cannot be read to its end: %v", err)
	}
}

// repeat is a reader of one text without an end.
type repeat string

func (r repeat) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = r[i%len(r)]
	}
	return len(b), nil
}

func TestMappedPrefixes(t *testing.T) {
	for bits := mappedBits; bits <= 128; bits++ {
		p := netip.PrefixFrom(netip.MustParseAddr("::ffff:203.0.113.7"), bits)
		got, _, err := parseTarget(p.String())
		if err != nil || !got.Prefix.Addr().Is4() || got.Prefix.Bits() != bits-mappedBits {
			t.Errorf("%v is %v, %v", p, got.Prefix, err)
		}
	}
}
