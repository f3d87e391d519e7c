package spf

import (
	"slices"
	"testing"
)

func TestMend(t *testing.T) {
	for _, tt := range []struct {
		text, want string
		or         []string
		why        string
	}{
		{text: "v=spf1 mx -all", want: "v=spf1 mx -all", why: "nothing to do"},
		{text: "V=SPF1  +mx ipv4:192.0.2.1  -all ", want: "V=SPF1  +mx ip4:192.0.2.1  -all ", why: "what is right stays as it is"},
		{text: "v=spf1 include: _spf.example.com ip4:192.0.2.1~all", want: "v=spf1 include:_spf.example.com ip4:192.0.2.1 ~all"},
		{text: "v=spf1 , mx ; -all", want: "v=spf1 mx -all"},
		{text: "v=spf1 ip4:192.0.2.1 ip4:mail.example.com –all", want: "v=spf1 ip4:192.0.2.1 a:mail.example.com -all"},
		{text: "v=spf1 redirect=a.example.com redirect=a.example.com", want: "v=spf1 redirect=a.example.com"},
		{text: "v=spf1 include=_spf.example.com -all default=pass", want: "v=spf1 include:_spf.example.com -all default=pass", why: "an unknown modifier harms nobody"},
		{text: "v=spf1 ip4:192.0.2.1 -all v=spf1 mx ip4:192.0.2.1 -all", want: "v=spf1 ip4:192.0.2.1 mx -all", why: "two records pasted into one"},
		{text: "v=spf1 mx -allv=spf1 a -all", want: "v=spf1 mx a -all"},
		{text: "v=spf1 redirect=a.example.com redirect=b.example.com", or: []string{"v=spf1 redirect=a.example.com", "v=spf1 redirect=b.example.com"}},
		{text: "v=spf1 ip4:192.0.2.1 -all v=spf1 mx ~all", or: []string{"v=spf1 ip4:192.0.2.1 mx -all", "v=spf1 ip4:192.0.2.1 mx ~all"}},
		{text: "v=spf1 mail.example.com ipv4:192.0.2.1 -all",
			or: []string{"v=spf1 a:mail.example.com ip4:192.0.2.1 -all", "v=spf1 include:mail.example.com ip4:192.0.2.1 -all"}},
		{text: "v=spf1 moo -all", why: "nobody knows"},
		{text: "v=spf1 mail.example.com host:mail.example.net -all", why: "two decisions are too many"},
		{text: "v-spf1 mx -all", why: "not SPF: the doctor's patient"},
	} {
		got := Mend(Parse(tt.text))
		if got.Text != tt.want || got.OK != (tt.want != "") || !slices.Equal(got.Alternatives, tt.or) {
			t.Errorf("Mend(%q)\n got %q %q\nwant %q %q (%s)", tt.text, got.Text, got.Alternatives, tt.want, tt.or, tt.why)
		}
	}
}

func TestMerge(t *testing.T) {
	for _, tt := range []struct {
		texts   []string
		want    []string
		lookups int
		why     string
	}{
		{[]string{"v=spf1 mx -all", "v=spf1 include:_spf.example.com -all"}, []string{"v=spf1 mx include:_spf.example.com -all"}, 2, ""},
		{[]string{"v=spf1 mx -all", "V=spf1 +MX -ALL"}, []string{"v=spf1 mx -all"}, 1, "the same twice"},
		{[]string{"v=spf1 mx -all", "v=spf1 a ~all"}, []string{"v=spf1 mx a -all", "v=spf1 mx a ~all"}, 2, "their owner decides"},
		{[]string{"v=spf1 mx", "v=spf1 a ~all"}, []string{"v=spf1 mx a ~all"}, 2, "only one has an all"},
		{[]string{"v=spf1 mx redirect=_spf.example.com", "v=spf1 a -all"}, []string{"v=spf1 mx a include:_spf.example.com -all"}, 3, "an all would silence the redirect"},
		{[]string{"v=spf1 redirect=_spf.example.com", "v=spf1 mx"}, []string{"v=spf1 mx redirect=_spf.example.com"}, 2, ""},
		{[]string{"v=spf1 redirect=a.example.com", "v=spf1 redirect=b.example.com"}, []string{"v=spf1 include:a.example.com include:b.example.com"}, 2, ""},
		{[]string{"v=spf1 mx -all exp=why.example.com ra=postmaster x=y", "v=spf1 a -all"}, []string{"v=spf1 mx a -all exp=why.example.com ra=postmaster"}, 2, "modifiers come last"},
		{[]string{"v=spf1 ipv4:192.0.2.1 -all", "v=spf1 mx -all"}, []string{"v=spf1 ip4:192.0.2.1 mx -all"}, 1, "mended first"},
		{[]string{"v=spf1 moo -all", "v=spf1 mx -all"}, nil, 0, "no merged record without knowing what moo is"},
		{[]string{"v=spf1", "v=spf1"}, []string{"v=spf1"}, 0, ""},
	} {
		var records []*Record
		for _, text := range tt.texts {
			records = append(records, Parse(text))
		}
		got, ok := Merge(records)
		if ok != (tt.want != nil) || !slices.Equal(got.Texts, tt.want) || got.Lookups != tt.lookups {
			t.Errorf("Merge(%q)\n got %q with %d lookups\nwant %q with %d (%s)", tt.texts, got.Texts, got.Lookups, tt.want, tt.lookups, tt.why)
		}
	}
}
