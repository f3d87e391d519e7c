package dkim

import (
	"math/big"
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

// maxPlain is the largest reply that crosses every path in one datagram.
const maxPlain = 1232

// judgeStrength looks at what a sound record allows.
func (f *Facts) judgeStrength(s *Selector, k keyRecord, key *Key) (findings []checks.Finding) {
	m := key.Material
	weak := func(r *checks.Rule) { findings = append(findings, f.on(r, s, k.record).With("bits", m.Bits)) }
	if m.Bits > 0 && m.Bits < 1024 {
		weak(TooShort)
	}
	if !f.ours(k.record) {
		return findings
	}
	switch {
	case m.Bits >= 1024 && m.Bits < 2048:
		weak(Short)
	case m.Bits > 4096: // RFC 8301 §3.2: verifiers need not go beyond
		weak(TooLong)
	}
	if m.Exponent != nil && (m.Exponent.Cmp(big.NewInt(65537)) < 0 || m.Exponent.Bit(0) == 0) {
		findings = append(findings, f.on(Exponent, s, k.record).With("exponent", shortNumber(m.Exponent)))
	}
	findings = append(findings, f.judgeWeak(s, k, m)...)
	if vendor := vendorKeys()[m.sum()]; vendor != "" {
		findings = append(findings, f.on(VendorKey, s, k.record).With("provider", vendor))
	}
	if key.Testing() {
		findings = append(findings, f.on(Testing, s, k.record))
	}
	if size := replySize(s.result.Answer); size > maxPlain {
		finding := f.on(TooBig, s, k.record)
		finding.Args = checks.Args{"selector": s.Selector, "size": size, "max": maxPlain}
		findings = append(findings, finding)
	}
	return findings
}

func shortNumber(n *big.Int) string {
	if text := n.String(); len(text) <= 20 {
		return text
	}
	return "0x" + n.Text(16)[:16] + "…"
}

// judgeWeak: a key whose private half is, or can be, known to others.
func (f *Facts) judgeWeak(s *Selector, k keyRecord, m Material) []checks.Finding {
	w, source := m.weakness()
	other := ""
	if w == "" {
		for _, o := range f.Selectors {
			if o != s && len(o.keys) > 0 && sharesFactor(m, o.primary().key.Material) {
				w, other = WeakShared, o.Selector
				break
			}
		}
	}
	if w == "" {
		return nil
	}
	finding := f.on(KnownWeak, s, k.record)
	finding.Args = checks.Args{"selector": s.Selector, "weakness": string(w), "source": source, "other": other}
	return []checks.Finding{finding}
}

// replySize estimates the octets of the reply to a question for the key (RFC
// 1035 §4.1), with EDNS and without signatures.
func replySize(a resolver.Answer) int {
	const header, fixed, pointer, opt = 12, 10, 2, 11
	size := header + len(a.Question.Name) + 1 + 4 + opt
	for _, r := range slices.Concat(a.Chain, a.Records) {
		size += pointer + fixed
		switch data := r.Data.(type) {
		case resolver.TXT:
			for _, part := range data.Strings {
				size += 1 + len(part)
			}
		case resolver.CNAME:
			size += len(data.Target) + 1
		}
	}
	return size
}
