package dkim

import (
	"strings"

	"mailauth/checks"
)

// readPublic reads p= (RFC 6376 §3.6.1) and judges what it holds.
func (k *Key) readPublic() {
	tag, ok := k.List.Get("p")
	switch {
	case !ok:
		k.add(KeyMissing, "", checks.Span{Start: 0, End: len(k.Text)})
		return
	case tag.Value == "":
		k.Revoked = true
		return
	}
	value := tag.ValueSpan
	if body, label, ok := armour(tag.Value); ok {
		k.readArmour(value, body, label)
		return
	}
	p := takeApart(k.Text, value)
	data := p.decode()
	k.Material = examine(data, k.Type == "ed25519")
	k.judgePublic(value, p)
}

// readArmour notes a key that was pasted as it stands in a PEM file.
func (k *Key) readArmour(value checks.Span, body, label string) {
	k.Material = examine(takeApart(body, checks.Span{End: len(body)}).decode(), false)
	cause := CausePEM
	switch {
	case strings.Contains(label, "PRIVATE"):
		k.Material.Form, cause = FormPrivate, CausePrivate
	case k.Material.Form == FormCertificate:
		cause = CauseCertificate
	}
	k.add(Base64, cause, value)
}

// judgePublic adds at most one fault: the first that explains the others.
func (k *Key) judgePublic(value checks.Span, p pieces) {
	form := k.Material.Form
	switch {
	case form == FormPrivate:
		k.add(Base64, CausePrivate, value)
	case form == FormCertificate:
		k.add(Base64, CauseCertificate, value)
	case len(p.strays)+len(p.early) > 0:
		k.judgeStrays(p)
	case form == FormTruncated && k.cutUp():
		k.add(Split, CauseLost, value)
	case p.odd() && form != FormTruncated:
		k.add(Base64, CausePadding, value)
	case len(p.urlSafe) > 0:
		k.add(Base64, CauseURLSafe, p.urlSafe[0])
	case p.unpadded() && form != FormTruncated:
		k.add(Base64, CausePadding, checks.Span{Start: max(value.Start, value.End-4), End: value.End})
	default:
		k.judgeForm(value)
	}
}

// judgeStrays tells marks of the zone file form, which come from cutting the
// record into strings, from other characters.
func (k *Key) judgeStrays(p pieces) {
	for _, s := range p.strays {
		if strings.Trim(s.Of(k.Text), `"\()`) != "" {
			k.add(Base64, CauseStrays, s)
			return
		}
	}
	if len(p.strays) > 0 && len(p.early) == 0 && k.Material.key != nil {
		k.add(Split, CauseMarks, p.strays[0])
		return
	}
	k.add(Base64, CauseStrays, append(p.early, p.strays...)[0])
}

// judgeForm compares sound base64 with what k= asks for.
func (k *Key) judgeForm(value checks.Span) {
	m := k.Material
	switch {
	case k.Type == "ed25519" && m.Algorithm == "rsa" && m.Form != FormTrailing,
		k.Type == "rsa" && m.Algorithm == "ed25519":
		k.add(Mismatch, "", value)
	case k.Type == "ed25519" && m.Form != FormEd25519:
		k.add(EdLength, "", value) // RFC 8463 §4.2
	case k.Type != "rsa":
	case m.Form == FormTruncated:
		k.add(DER, CauseTruncated, value)
	case m.Form == FormTrailing:
		k.add(DER, CauseTrailing, value)
	case m.Form == FormOtherKey:
		k.add(DER, CauseOtherKey, value)
	case m.Form == FormNone:
		k.add(DER, CauseNoKey, value)
	case m.Form == FormPKCS1: // RFC 6376 erratum 3017
		k.add(PKCS1, "", value)
	}
}

// cutUp reports that the record was, or should have been, cut into strings:
// then a missing end was lost there. RFC 1035 §3.3 allows 255 octets in each.
func (k *Key) cutUp() bool { return len(k.Strings) > 1 || len(k.Text) >= 255 }

// readLengths notes strings that no DNS message can carry.
func (k *Key) readLengths() {
	start := 0
	for _, s := range k.Strings {
		if len(s) > 255 {
			k.add(Split, CauseLong, checks.Span{Start: start, End: start + len(s)})
		}
		start += len(s)
	}
}
