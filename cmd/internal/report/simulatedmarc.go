package report

import (
	"errors"

	"mailauth/checks"
	"mailauth/checks/dmarc"
	"mailauth/checks/simulate"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

func (b *SimulationBuilder) dmarcOf(v *simulate.Verdict) *DMARC {
	d := v.DMARC
	if d == nil {
		return nil
	}
	built := &DMARC{
		Result: string(d.Result), IfDKIM: string(d.IfDKIM), Policy: string(d.Policy), Tag: d.Tag, Testing: d.Testing,
		Aligned: d.Aligned, Domain: BareName(d.Domain), Author: BareName(d.Author), Org: BareName(d.Org),
		Message: b.dmarcMessage(v), SPFAligned: d.SPFAligned, DKIMAligned: d.DKIMAligned,
	}
	if d.Record != "" {
		shown := displayed(d.Record)
		built.Record = &shown
	}
	return built
}

// dmarcMessage says what becomes of the mail, and what receivers are asked to
// do with it.
func (b *SimulationBuilder) dmarcMessage(v *simulate.Verdict) string {
	d := v.DMARC
	if said, known := b.dmarc[d]; known {
		return said
	}
	args := checks.Args{"author": d.Author, "domain": d.Domain, "checked": b.mail.Domain, "effect": b.effect(d)}
	if d.Err != nil {
		args["question"], args["error"] = b.question(d.Err)
	}
	said := b.say(checks.Text{ID: "simulation.dmarc-" + b.dmarcCase(v), Args: args})
	open := d.Result == simulate.DMARCFail || d.Result == simulate.DMARCDepends
	if open && d.SPFAligned == checks.No && v.Possible.Has(spf.ResultPass) {
		said = b.texts.Text("simulation.dmarc-and", checks.Args{"one": said, "other": b.say(checks.Text{ID: "simulation.dmarc-unaligned", Args: args})})
	}
	if open && d.DKIMAligned == checks.No && len(b.mail.Signatures) > 0 {
		args["signed"] = b.mail.Signatures
		said = b.texts.Text("simulation.dmarc-and", checks.Args{"one": said, "other": b.say(checks.Text{ID: "simulation.dmarc-unsigned", Args: args})})
	}
	if len(b.dmarc) >= maxFates {
		clear(b.dmarc)
	}
	b.dmarc[d] = said
	return said
}

// dmarcCase is which of the texts fits.
func (b *SimulationBuilder) dmarcCase(v *simulate.Verdict) string {
	d := v.DMARC
	switch d.Result {
	case simulate.DMARCPass:
		switch {
		case d.Aligned == "dkim":
			return "pass-dkim"
		case BareName(b.mail.Domain) == BareName(d.Author):
			return "pass-spf"
		}
		return "pass-aligned"
	case simulate.DMARCNone:
		switch {
		case d.Author == "":
			return "none-author"
		case d.Standing == dmarc.Ignored:
			return "none-ignored"
		}
		return "none"
	case simulate.DMARCDepends:
		bySPF := d.SPFAligned != checks.No && v.Possible.Has(spf.ResultPass)
		switch {
		case bySPF && b.mail.SignaturesKnown:
			return "depends-spf"
		case bySPF:
			return "depends-both"
		}
		return "depends-dkim"
	case simulate.DMARCUnknown:
		if d.Standing == dmarc.Unclear {
			return "unclear"
		}
		if d.Err == nil || v.SPF.Err != nil && v.SPF.Err.Error() == d.Err.Error() {
			return "unknown-spf"
		}
		return "unknown"
	}
	return "fail"
}

// effect is what receivers are asked to do with mail that fails.
func (b *SimulationBuilder) effect(d *simulate.DMARC) string {
	if d.Policy == "" {
		return b.texts.Text("simulation.effect-unknown", nil)
	}
	args := checks.Args{"domain": d.Domain, "tag": d.Tag, "asked": string(d.Asked), "policy": string(d.Policy)}
	source := "simulation.policy"
	switch {
	case d.Tag == "":
		source = "simulation.policy-assumed"
	case d.Testing:
		source = "simulation.policy-testing"
	}
	return b.texts.Text("simulation.effect-"+string(d.Policy), checks.Args{"policy": b.texts.Text(source, args)})
}

// question is what had no answer, and why.
func (b *SimulationBuilder) question(err error) (question, reason string) {
	var failure *resolver.Error
	if !errors.As(err, &failure) {
		if err == nil {
			return "", ""
		}
		return "", err.Error()
	}
	question = BareName(failure.Question.Name) + " " + failure.Question.Type.String()
	detail := failure.Detail
	if failure.Kind == resolver.Offline || failure.Kind == resolver.NotRecorded { // the kind says it all
		detail = ""
	}
	return question, b.failure(string(failure.Kind), detail)
}
