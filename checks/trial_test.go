package checks_test

import (
	"context"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
)

// trialOf audits a red example.jp. with one fix for the colour, and returns
// the fix as the trial left it.
func trialOf(t *testing.T, dns fakeDNS, fix checks.Fix, change func(*checks.Check)) checks.Fix {
	t.Helper()
	check := colourCheck(10)
	judge := check.Judge
	check.Judge = func(p *checks.Pass) checks.Judgement {
		j := judge(p)
		for i := range j.Findings {
			if j.Findings[i].Rule == ruleRed {
				j.Findings[i].Fixes = []checks.Fix{fix}
			}
		}
		return j
	}
	if change != nil {
		change(check)
	}
	report, err := checks.Audit(context.Background(), "example.jp.", dns, []*checks.Check{check}, checks.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		if f.Rule == ruleRed {
			return f.Fixes[0]
		}
	}
	t.Fatal("the audit does not find the colour red")
	return checks.Fix{}
}

func edit(name, remove, add string) resolver.Edit {
	e := resolver.Edit{Name: name, Type: resolver.TypeTXT, TTL: 3600, Remove: []string{}, Add: []string{resolver.NewTXT(add).String()}}
	if remove != "" {
		e.Remove = []string{resolver.NewTXT(remove).String()}
	}
	return e
}

func TestTrials(t *testing.T) {
	red := fakeDNS{txt: map[string]string{"example.jp.": "red"}}
	object := func(c *checks.Check) {
		c.Guard = func(before, after *checks.Pass) []checks.Text { return []checks.Text{checks.T("trial.test-loss", nil)} }
	}
	tests := []struct {
		name    string
		dns     fakeDNS
		fix     checks.Fix
		change  func(*checks.Check)
		reason  string // "" if verified
		left    int    // errors in the trial
		warning int
	}{
		{name: "it holds", dns: red, fix: checks.Fix{Edits: []resolver.Edit{edit("example.jp.", "red", "green")}}},
		{name: "the finding stays", dns: red, fix: checks.Fix{Edits: []resolver.Edit{edit("example.jp.", "red", "blue")}}, reason: "trial.still-there", left: 1},
		{name: "a warning comes with it: lighter than the error that goes", dns: red,
			fix: checks.Fix{Edits: []resolver.Edit{edit("example.jp.", "red", "green"), edit("shape.example.jp.", "", "square")}}, warning: 1},
		{name: "what is to go is not there", dns: red, fix: checks.Fix{Edits: []resolver.Edit{edit("example.jp.", "pink", "green")}}, reason: "trial.cannot-apply"},
		{name: "it is the user's to decide", dns: red, fix: checks.Fix{Edits: []resolver.Edit{edit("example.jp.", "red", "<colour>")},
			Choices: []checks.Choice{{Name: "colour"}}}, reason: "trial.needs-choice"},
		{name: "a guard objects", dns: red, fix: checks.Fix{Edits: []resolver.Edit{edit("example.jp.", "red", "green")}}, change: object, reason: "trial.test-loss"},
		{name: "the title announces the loss", dns: red, fix: checks.Fix{Edits: []resolver.Edit{edit("example.jp.", "red", "green")}, Weakens: "test"}, change: object},
		{name: "a question that was open stays open", dns: fakeDNS{txt: red.txt, broken: map[string]bool{"shape.example.jp.": true}},
			fix: checks.Fix{Edits: []resolver.Edit{edit("example.jp.", "red", "green")}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := trialOf(t, tt.dns, tt.fix, tt.change)
			reason := ""
			if got.Reason != nil {
				reason = got.Reason.ID
			}
			if reason != tt.reason || got.Verified != (tt.reason == "") {
				t.Errorf("verified %v with reason %q, want reason %q", got.Verified, reason, tt.reason)
			}
			if got.Errors != tt.left || got.Warnings != tt.warning {
				t.Errorf("the trial left %d errors and %d warnings, want %d and %d", got.Errors, got.Warnings, tt.left, tt.warning)
			}
		})
	}
}

// A fix that lays bare something as bad as what it mends is not verified.
func TestTrialWithANewErrorIsNotVerified(t *testing.T) {
	worse := &checks.Rule{ID: "test-worse", Severity: checks.Error, Source: checks.Practice, Citation: "house rule 4", Reads: []checks.Input{inShape}}
	add := func(c *checks.Check) {
		judge := c.Judge
		c.Judge = func(p *checks.Pass) checks.Judgement {
			j := judge(p)
			for _, f := range j.Findings {
				if f.Rule == ruleSquare {
					j.Findings = append(j.Findings, worse.At(*f.Record))
				}
			}
			return j
		}
	}
	fix := checks.Fix{Edits: []resolver.Edit{edit("example.jp.", "red", "green"), edit("shape.example.jp.", "", "square")}}
	got := trialOf(t, fakeDNS{txt: map[string]string{"example.jp.": "red"}}, fix, add)
	if got.Verified || got.Reason == nil || got.Reason.ID != "trial.new-finding" || got.Reason.Args["rule"] != "test-worse" {
		t.Errorf("verified %v, reason %+v, want test-worse as a new finding", got.Verified, got.Reason)
	}
}

// A fix after which a check needs an answer that it cannot get is not verified,
// also where another check missed that answer before.
func TestTrialThatOpensAQuestionIsNotVerified(t *testing.T) {
	deeper := func(c *checks.Check) {
		lookup := c.Lookup
		c.Lookup = func(ctx context.Context, p *checks.Pass) (any, error) {
			facts, err := lookup(ctx, p)
			colour := p.Ask(ctx, inColour, resolver.Question{Name: p.Domain, Type: resolver.TypeTXT})
			if text, _ := colour.Answer.Records[0].Text(); text == "green" {
				p.Ask(ctx, inShape, resolver.Question{Name: "leaf.example.jp.", Type: resolver.TypeTXT})
			}
			return facts, err
		}
	}
	dns := fakeDNS{txt: map[string]string{"example.jp.": "red"}, broken: map[string]bool{"leaf.example.jp.": true}}
	got := trialOf(t, dns, checks.Fix{Edits: []resolver.Edit{edit("example.jp.", "red", "green")}}, deeper)
	if got.Verified || got.Reason == nil || got.Reason.ID != "trial.unknown" {
		t.Errorf("verified %v, reason %+v, want trial.unknown", got.Verified, got.Reason)
	}
}
