package blocklist

import (
	"net/netip"
	"strings"
	"testing"
)

func TestBuiltin(t *testing.T) {
	lists := Builtin()
	if len(lists) < 5 {
		t.Fatalf("%d lists, want those of the table", len(lists))
	}
	for _, l := range lists {
		if l.Retired || l.Removal == "" || l.Name == "" {
			t.Errorf("%s: %+v, want a list in use, with a page for removal", l.Zone, l)
		}
	}
	if len(Retired()) == 0 {
		t.Error("no list is known to be retired")
	}
}

func TestRead(t *testing.T) {
	lists, err := Read(strings.NewReader(`
[list."BL.Example.net"]
lists = "address"
policy = ["127.0.0.10"]
[list."BL.Example.net".codes]
"127.0.0.2" = "spam"
[list."dnsbl.sorbs.net"]
lists = "address"
`))
	if err != nil {
		t.Fatal(err)
	}
	own := lists[0]
	if own.Zone != "bl.example.net." || own.Name != "BL.Example.net" || own.Meaning(netip.MustParseAddr("127.0.0.2")) != "spam" ||
		!own.IsPolicy(netip.MustParseAddr("127.0.0.10")) || own.Retired {
		t.Errorf("read %+v", own)
	}
	if !lists[1].Retired {
		t.Errorf("%s is not known to be retired", lists[1].Zone)
	}
}

func TestReadRefuses(t *testing.T) {
	tests := map[string]string{
		``:                            "found no list",
		"[list.\"bl.example.net\"]\n": "expected \"address\" or \"domain\"",
		"[list.\"bl..example.net\"]\nlists=\"domain\"":                                                "bl..example.net",
		"[list.\"bl.example.net\"]\nlists=\"domain\"\nremoval=\"javascript:x\"":                       "expected the address of a page",
		"[list.\"bl.example.net\"]\nlists=\"domain\"\nkind=1":                                         "expected retired",
		"[list.\"bl.example.net\"]\nlists=\"domain\"\n[list.\"bl.example.net\".codes]\n\"two\"=\"x\"": "found code",
		"[list.\"bl.example.net\"]\nlists=\"domain\"\nlisted=\"" + strings.Repeat("x", 300) + "\"":    "expected a domain",
		strings.Repeat("#", maxSize+1):                                                                "octets",
	}
	for text, want := range tests {
		if _, err := Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: error %v, want one with %q", text, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(data)
	f.Add("[list.\"bl.example.net\"]\nlists = \"domain\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		lists, err := Read(strings.NewReader(text))
		for _, l := range lists {
			if err != nil || l.Zone == "" || l.Kind == "" {
				t.Errorf("read %+v with error %v", l, err)
			}
		}
	})
}
