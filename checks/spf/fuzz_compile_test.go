package spf

import "testing"

// FuzzCompile evaluates whatever stands in a record, in a small world: nothing
// panics, every address is in the partition once, and at its edges check_host()
// says the same.
func FuzzCompile(f *testing.F) {
	for _, record := range []string{
		"v=spf1 -all", "v=spf1 include:_spf.example.co.jp a:mail.example.co.jp/24//64 mx ~all", "v=spf1 redirect=example.co.jp", "v=spf1 -all redirect=_a.example.net",
		"v=spf1 exists:%{ir}.%{v}.ok.example ptr:%{o} a:%{l1r-}.%{d2} include:%{h} -all", "v=spf1 ip6:::ffff:192.0.2.0/95 ip6:::/0 ip4:0.0.0.0/0 ?all",
		"v=spf1 mx:ten.example.co.jp mx:slowmx.example.co.jp a:ring.example.co.jp include:two.example", "v=spf1 include:_a.%{p} exists:%{i1r}%{i2}%{S}.example a:bad..example",
		"v=spf1 a:gone.example a:gone.example include:none.example moo", "v=spf1 ip4:255.255.255.255 ip6:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ip4:0.0.0.0 ip6::: +all",
		"v=spf1 include:%{v}.example.net exists:%{l}.user.example exists:%{d200}.%{i}.%{i}.%{i}.%{i}.%{i}.example include:%{d1r}", "v=spf1 a//0 mx/0 a/0//0 all",
	} {
		f.Add(record, []byte(nil))
		f.Add(record, []byte("\x03\x07\x01\x02\x09\x0d\x05\x0b\x02\x06\x04\x08\x01\x03\x0a\x0c\x07\x05\x02\x01\x06\x09\x03\x04"))
	}
	f.Fuzz(func(t *testing.T, record string, rest []byte) {
		if !IsSPF(record) || len(record) > 2000 || len(rest) > 2000 {
			return
		}
		made := (&worldMaker{dice: fed(rest)}).around(record)
		w := newWorld(t, made.lines)
		var n tally
		if complaints := n.compareWorld(w, made.query(), made.clients); complaints != nil {
			t.Fatalf("%s\n%s", complaints[0], made)
		}
		for _, unlimited := range []bool{false, true} {
			p := compiled(t, made.lines, made.from, CompileOptions{Unlimited: unlimited})
			if sum := covers(t, p, p.Regions()); sum[family4].Cmp(all4) != 0 || sum[family6].Cmp(all6) != 0 {
				t.Fatalf("the regions have %s IPv4 and %s IPv6 addresses\n%s", sum[family4], sum[family6], made)
			}
		}
	})
}
