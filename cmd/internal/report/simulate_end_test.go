package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mailauth/checks"
	"mailauth/checks/simulate"
)

// What a change for all together leaves out is told by the reason, each once,
// whichever address an advice names.
func TestLeftOut(t *testing.T) {
	private := func(ip string) simulate.Left {
		return simulate.Left{Target: target(ip), Advice: &checks.Text{ID: "advice.not-public", Args: checks.Args{"ip": strings.Split(ip, "/")[0], "domain": "example.co.jp."}}}
	}
	report := &simulate.Report{
		Fix: verdictFail().Fix, FixCovers: prefixes("203.0.113.99/32", "198.51.100.0/30"),
		Left: []simulate.Left{private("10.0.0.1"), private("127.0.0.1"), {Target: target("192.0.2.9")},
			{Target: target("192.0.2.10"), Advice: &checks.Text{ID: "advice.no-answer", Args: checks.Args{"question": "_spf.example.net. TXT", "domain": "example.co.jp."}}}},
	}
	for i := range 11 {
		report.Left = append(report.Left, private(fmt.Sprintf("10.0.1.%d", i)))
	}
	var groups []string
	for _, left := range simulationBuilder(t, "en", "spf").End(report).Left {
		groups = append(groups, fmt.Sprint(len(left.Targets), " ", left.Targets[0], " ", left.Advice != ""))
	}
	if diff := cmp.Diff([]string{"12 10.0.0.1 true", "1 127.0.0.1 true", "1 192.0.2.9 false", "1 192.0.2.10 true"}, groups); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for lang, suffix := range map[string]string{"en": "", "ja": "-ja"} {
		end := simulationBuilder(t, lang, "spf").End(report)
		golden(t, "simulate-left"+suffix, closed(t, lang, end))
		end.Fix, end.Covered, end.Advice, end.Left = nil, nil, "why there is none", nil
		if got := closed(t, lang, end); !strings.Contains(got, "why there is none") {
			t.Errorf("%s: no reason:\n%s", lang, got)
		}
		valid(t, simulationJSON(t, lang, simulationBuilder(t, lang, "spf").End(report), sampleTargets()...))
		valid(t, simulationJSON(t, lang, end, sampleTargets()...))
	}
}

// Of a question that nobody was asked it says how to ask it, for DMARC too.
func TestAdviceByKind(t *testing.T) {
	text := func(kind, name string) checks.Text {
		return checks.Text{ID: "advice.no-answer", Args: checks.Args{"question": name + " TXT", "kind": kind, "name": name, "domain": "example.co.jp."}}
	}
	for _, tt := range []struct{ lang, kind, want string }{
		{"en", "offline", "Give the zones of these names with --zone too, or leave --offline out."},
		{"ja", "not recorded", "mailauth snapshotで、このバージョンを使って記録し直してください。"},
		{"en", "SERVFAIL", "_dmarc.example.jp TXT got no answer, so no change of the record helps. Try again in a minute; if it stays so, look at the name servers of that name."},
	} {
		b := simulationBuilder(t, tt.lang, "dmarc")
		if got := b.advise(text(tt.kind, "_dmarc.example.jp.")); got != tt.want {
			t.Errorf("%s %s: %s", tt.lang, tt.kind, got)
		}
		left := b.left([]simulate.Left{{Target: target("192.0.2.9"), Advice: new(text(tt.kind, "_dmarc.example.jp."))}})
		if len(left) != 1 || left[0].Advice != tt.want {
			t.Errorf("%s %s: left out with %+v", tt.lang, tt.kind, left)
		}
	}
}

// closed is what stands behind several targets.
func closed(t *testing.T, lang string, end SimulationEnd) string {
	t.Helper()
	var b strings.Builder
	page := NewSimulationText(&b, SimulationOptions{TextOptions: options(t, lang, nil), Require: "spf", Targets: 15})
	if err := page.Close(end); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// An advice names what was asked about: a network is not its first address, and
// an empty name is said to be empty.
func TestAdviceNamesItsSubject(t *testing.T) {
	for _, tt := range []struct {
		lang, id string
		args     checks.Args
		want     string
	}{
		{"en", "not-public", checks.Args{"network": "10.0.0.0/8"}, "10.0.0.0/8 is a private network: receivers see the public address that it sends from. Simulate that one."},
		{"ja", "not-public", checks.Args{"network": "10.0.0.0/8"}, "10.0.0.0/8 はプライベートアドレスの範囲です。受信側から見えるのは、社内ネットワークが外部へ送信するときのグローバルアドレスです。そのアドレスでシミュレーションしてください。"},
		{"en", "not-public", checks.Args{"network": "127.0.0.0/24"}, "127.0.0.0/24 has loopback addresses only, so no mail on the Internet comes from it."},
		{"ja", "not-public", checks.Args{"network": "127.0.0.0/24"}, "127.0.0.0/24 はループバックアドレスの範囲なので、インターネット上のメールの送信元にはなりません。"},
		{"ja", "not-public", checks.Args{"ip": "127.0.0.1"}, "127.0.0.1 はループバックアドレスなので、インターネット上のメールの送信元にはなりません。"},
		{"en", "no-domain", checks.Args{"name": ""}, "The name to be checked is empty, so receivers have nothing to check: SPF is none."},
		{"ja", "no-domain", checks.Args{"name": ""}, "検査する名前が空のため、受信側が調べるレコードがありません。SPFの結果はnoneです。"},
	} {
		if got := simulationBuilder(t, tt.lang, "spf").advise(checks.Text{ID: "advice." + tt.id, Args: tt.args}); got != tt.want {
			t.Errorf("%s %v: %s", tt.lang, tt.args, got)
		}
	}
}
