package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"mailauth/checks"
	"mailauth/checks/simulate"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

const simulationSchema = "../../../docs/simulation.schema.json"

// valid checks a document against the schema of simulations.
func valid(t *testing.T, text []byte) {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(simulationSchema)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if err := s.Validate(document); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
}

func simulationHead(lang string) SimulationHead {
	return SimulationHead{Tool: Tool{"mailauth", "test"}, Lang: lang, Source: "new.zone over live", Require: "spf"}
}

func simulationJSON(t *testing.T, lang string, end SimulationEnd, list ...simulate.Simulation) []byte {
	t.Helper()
	var b bytes.Buffer
	j := NewSimulationJSON(&b, simulationHead(lang))
	built := simulationBuilder(t, lang, "spf")
	for _, s := range list {
		if err := j.Simulation(built.Simulation(s)); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(end); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sampleTargets have every kind of answer.
func sampleTargets() []simulate.Simulation {
	fromFile := single("203.0.113.99", verdictFail())
	fromFile.Target.File, fromFile.Target.Line = "senders.txt", 3
	advised := single("203.0.113.98", verdictFail())
	advised.Verdict.Fix, advised.Verdict.Advice = nil, &checks.Text{ID: "spf-lookups-over.mend"}
	return []simulate.Simulation{
		single("198.51.100.7", verdictPass()), fromFile, advised, partly(), wholly("2001:db8::/32", verdictPass()), single("192.0.2.9", verdictDepends()),
		single("192.0.2.10", verdictOf(spf.ResultTempError, spf.CauseDNS, failed(resolver.ServFail))),
		single("192.0.2.12", verdictOf(spf.ResultNone, spf.CauseBadDomain, nil)),
	}
}

func TestSimulationsFitTheSchema(t *testing.T) {
	bad := []BadLine{{File: "senders.txt", Line: 7, Given: "mail.example.co.jp", Message: "found a host", Hint: "look"}}
	for _, lang := range []string{"en", "ja"} {
		fix := simulationBuilder(t, lang, "spf").Fix(verdictFail().Fix)
		valid(t, simulationJSON(t, lang, SimulationEnd{Bad: bad, Fix: fix}, sampleTargets()...))
		valid(t, simulationJSON(t, lang, SimulationEnd{}))
		var b bytes.Buffer
		head := simulationHead(lang)
		head.Before, head.After = "live", "new.zone over live"
		j, built := NewSimulationJSON(&b, head), NewChangeBuilder(texts(t, lang), sampleMail, "spf", 3, 4, sampleTransition)
		for _, c := range sampleChanges() {
			if err := j.Change(built.Change(c)); err != nil {
				t.Fatal(err)
			}
		}
		between := built.Transition(sampleTransition)
		if err := j.Close(SimulationEnd{Transition: &between}); err != nil {
			t.Fatal(err)
		}
		valid(t, b.Bytes())
	}
}

// The fields that programs were promised.
func TestSimulationJSON(t *testing.T) {
	var document struct {
		Simulations []struct {
			Domain, IP, Sender, HELO string
			SPF                      struct {
				Result, Domain, Term string
				Path, Possible       []string
				Lookups, Void        int
				WorstLookups         int `json:"worst_lookups"`
			}
			DMARC struct {
				Result, Policy, Aligned, Domain string
				IfDKIM                          string `json:"if_dkim"`
			}
			SecondOpinion struct{ Engine, Result string } `json:"second_opinion"`
			Regions       []struct {
				Prefixes []string
				SPF      struct{ Result string }
			}
		}
	}
	if err := json.Unmarshal(simulationJSON(t, "en", SimulationEnd{}, sampleTargets()...), &document); err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintf("%+v", document.Simulations[0])
	want := "{Domain:example.co.jp IP:198.51.100.7 Sender:info@example.co.jp HELO:mail.example.co.jp " +
		"SPF:{Result:pass Domain:example.co.jp Term:ip4:198.51.100.0/25 Path:[example.co.jp _spf.example.net] Possible:[pass] Lookups:1 Void:0 WorstLookups:7} " +
		"DMARC:{Result:pass Policy:reject Aligned:spf Domain:example.co.jp IfDKIM:pass} SecondOpinion:{Engine:blitiri.com.ar/go/spf Result:pass} Regions:[]}"
	if got != want {
		t.Errorf("an address is\n%s\nwant\n%s", got, want)
	}
	if got := fmt.Sprint(document.Simulations[3].Regions); got != "[{[203.0.113.0/28 203.0.113.16/29 203.0.113.26/31 203.0.113.28/30 203.0.113.32/27 203.0.113.64/26 203.0.113.128/25] {fail}} {[203.0.113.24/31] {pass}}]" {
		t.Errorf("a prefix has the regions %s", got)
	}
}

// A line is written as soon as it is there, and nothing of it is kept.
func TestSimulationJSONStreams(t *testing.T) {
	count := &counter{}
	j := NewSimulationJSON(count, simulationHead("en"))
	built := simulationBuilder(t, "en", "spf")
	v := verdictPass()
	for range 3 {
		before := count.n
		if err := j.Simulation(built.Simulation(single("198.51.100.7", v))); err != nil {
			t.Fatal(err)
		}
		if count.n == before {
			t.Error("nothing is written for a target")
		}
	}
	for range 3 * maxFates {
		if err := j.Simulation(built.Simulation(single("198.51.100.7", verdictPass()))); err != nil {
			t.Fatal(err)
		}
	}
	if len(built.fates) > maxFates || len(built.dmarc) > maxFates || j.buffer.Cap() > 64<<10 {
		t.Errorf("%d answers and %d octets are kept", len(built.fates), j.buffer.Cap())
	}
}

type counter struct{ n int }

func (c *counter) Write(b []byte) (int, error) {
	c.n += len(b)
	return len(b), nil
}

func TestSimulationSchemaIsClosed(t *testing.T) {
	text, err := os.ReadFile(simulationSchema)
	if err != nil {
		t.Fatal(err)
	}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				walk(path, item)
			}
		case map[string]any:
			if _, described := v["properties"]; described && v["type"] == "object" && v["additionalProperties"] != false {
				t.Errorf("%s is open", path)
			}
			for key, item := range v {
				walk(path+"/"+key, item)
			}
		}
	}
	var document any
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	walk("", document)
}

// Records, names and senders are from strangers: no terminal and no reader of
// JSON must stumble over them.
func TestHostileSimulations(t *testing.T) {
	for _, data := range []string{"\x1b]0;owned\x07", "\x1b[2J", "\u202egnp.exe", "\u009b31m", "\xff\xfe\r\n- injected", "\u3000\u2800", "{{.x}}"} {
		v := verdictFail()
		v.SPF.Decision = decided("v=spf1 "+data+" -all", data, data+".example.")
		v.SPF.Path, v.SPF.Explanation, v.DependsOn = []string{data, data}, data, []string{data}
		v.SPF.Steps = []spf.Step{{Domain: data, Term: "exists:%{l}" + data, Target: data, Lookup: 1, Void: true}}
		v.Second = &simulate.SecondOpinion{Engine: data, Differs: true}
		v.DMARC.Author, v.DMARC.Domain, v.DMARC.Record, v.DMARC.SPFAligned = data, data, data, checks.No
		v.Fix.Edits = []resolver.Edit{{Name: data, Type: resolver.TypeTXT, Add: []string{data}}}
		s := single("192.0.2.1", v)
		s.Target.Text, s.Target.File, s.Target.Line = data, data, 1
		mail := simulate.Mail{Domain: data, Sender: data, HELO: data}
		built := NewSimulationBuilder(texts(t, "ja"), mail, "spf", 1).Simulation(s)
		var page bytes.Buffer
		text := NewSimulationText(&page, SimulationOptions{TextOptions: options(t, "ja", nil), Targets: 1, Sender: data, HELO: data, From: data, Other: data, Require: "spf"})
		var document bytes.Buffer
		j := NewSimulationJSON(&document, simulationHead("ja"))
		for _, out := range []Simulator{text, j} {
			if err := out.Simulation(built); err != nil {
				t.Fatal(err)
			}
			if err := out.Close(SimulationEnd{}); err != nil {
				t.Fatal(err)
			}
		}
		for _, out := range []string{page.String(), document.String()} {
			for _, c := range out {
				if c != '\n' && !visible(c) || c == '\ufffd' {
					t.Errorf("%q puts %U out:\n%q", data, c, out)
					break
				}
			}
			if strings.Contains(out, "\n- injected") {
				t.Errorf("%q begins a line of its own", data)
			}
		}
		if !json.Valid(document.Bytes()) {
			t.Errorf("%q breaks the document:\n%s", data, document.Bytes())
		}
	}
}

// Sentences keep to the width; what is copied is never broken.
func TestSimulationWidth(t *testing.T) {
	for _, lang := range []string{"en", "ja"} {
		for _, columns := range []int{60, 80, 100} {
			for _, verbose := range []bool{false, true} {
				got := simulated(t, lang, func(o *SimulationOptions) { o.Width, o.Verbose = columns, verbose }, sampleTargets()...)
				for _, line := range strings.Split(got, "\n") {
					if Width(line) > columns && !strings.Contains(line, "v=spf1") && !strings.Contains(line, "~~~") && !strings.Contains(line, "exists:") {
						t.Errorf("%s: %d columns in a page of %d: %q", lang, Width(line), columns, line)
					}
				}
			}
		}
	}
}

func BenchmarkSimulationText(b *testing.B) {
	c, err := loadOnce()
	if err != nil {
		b.Fatal(err)
	}
	built := NewSimulationBuilder(c.For("en"), sampleMail, "spf", 7)
	page := NewSimulationText(io.Discard, SimulationOptions{TextOptions: TextOptions{Texts: c.For("en"), Width: 80}, Require: "spf", Targets: 2, AddressWidth: 15})
	s := single("198.51.100.7", verdictPass())
	for b.Loop() {
		if err := page.Simulation(built.Simulation(s)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSimulationJSON(b *testing.B) {
	c, err := loadOnce()
	if err != nil {
		b.Fatal(err)
	}
	built := NewSimulationBuilder(c.For("en"), sampleMail, "spf", 7)
	j := NewSimulationJSON(io.Discard, simulationHead("en"))
	s := single("198.51.100.7", verdictPass())
	for b.Loop() {
		if err := j.Simulation(built.Simulation(s)); err != nil {
			b.Fatal(err)
		}
	}
}
