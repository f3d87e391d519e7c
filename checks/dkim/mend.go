package dkim

import (
	"slices"
	"strings"

	"mailauth/checks/taglist"
)

// Mend writes the record as it was meant, where the data leaves no doubt; ok
// is false where nothing better than the record itself is known. It invents
// nothing: the key that comes out is the one that went in.
func (k *Key) Mend() (text string, ok bool) {
	list, ok := k.mendSyntax()
	if !ok {
		return "", false
	}
	mended := parseList(list)
	if mended.Material.Form == FormPrivate {
		return "", false // the key is known to everyone: only a new one helps
	}
	for i := range list.Tags {
		mendValue(&list.Tags[i], mended)
	}
	putVersionFirst(&list)
	if text = list.String(); text == k.Text && !k.has(Split, CauseLong) {
		return "", false
	}
	return text, true
}

// Plain is the record with its syntax mended and its values as they are; what
// is still wrong with it has causes of its own. It is k where the syntax is
// sound, and nil where nobody can say what was meant.
func (k *Key) Plain() *Key {
	if !slices.ContainsFunc(k.Faults, func(f Fault) bool { return f.Kind == Syntax }) {
		return k
	}
	list, ok := k.mendSyntax()
	if !ok {
		return nil
	}
	return parseList(list)
}

func parseList(l taglist.List) *Key { return ParseKey(splitText(l.String())) }

func (k *Key) has(kind FaultKind, cause Cause) bool {
	return slices.ContainsFunc(k.Faults, func(f Fault) bool { return f.Kind == kind && f.Cause == cause })
}

// mendValue brings one value to the form that verifiers take.
func mendValue(tag *taglist.Tag, k *Key) {
	switch tag.Name {
	case "v":
		if strings.HasPrefix(strings.ToUpper(tag.Value), "DKIM") {
			tag.Value = "DKIM1" // there is no other version
		}
	case "k":
		if k.Material.Algorithm == "rsa" || k.Material.Algorithm == "ed25519" {
			tag.Value = k.Material.Algorithm
		}
	case "h":
		tag.Value = mendHashes(k.Hashes)
	case "s":
		if lower := strings.ToLower(tag.Value); !k.ForMail() && slices.Contains(colonList(lower), "email") {
			tag.Value = lower
		}
	case "p":
		tag.Value = strings.Join(strings.Fields(tag.Value), "")
		if k.wantsOtherKey() {
			tag.Value = toBase64(k.Material.key)
		}
	}
}

// mendHashes leaves the hashes that verifiers take, and at least sha256: with
// sha1 alone no signature can pass (RFC 8301 §3.1). What cannot be the name of
// a hash is left out, as verifiers ignore it.
func mendHashes(hashes []string) string {
	kept := []string{"sha256"}
	for _, h := range hashes {
		switch h = strings.ToLower(h); h {
		case "sha1", "sha-1", "sha256", "sha-256", "":
		default:
			if strings.Trim(h, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" {
				kept = append(kept, h)
			}
		}
	}
	return strings.Join(kept, ":")
}

// wantsOtherKey reports that p= holds a known key in another form than it should.
func (k *Key) wantsOtherKey() bool {
	return k.Material.key != nil && slices.ContainsFunc(k.Faults, func(f Fault) bool {
		return f.Kind == Base64 || f.Kind == Split || f.Kind == DER || f.Kind == PKCS1 || f.Kind == EdLength || f.Kind == Mismatch
	})
}

// putVersionFirst moves v= to the front (RFC 6376 §3.6.1) and adds k= where the
// key is not of the default algorithm.
func putVersionFirst(l *taglist.List) {
	for i, tag := range l.Tags {
		if tag.Name == "v" {
			l.Tags = slices.Insert(slices.Delete(l.Tags, i, i+1), 0, tag)
			break
		}
	}
	if k := parseList(*l); k.Type == "rsa" && k.Material.Algorithm == "ed25519" {
		at := slices.IndexFunc(l.Tags, func(t taglist.Tag) bool { return t.Name == "p" })
		l.Tags = slices.Insert(l.Tags, at, taglist.Tag{Name: "k", Value: "ed25519", Equals: true})
	}
}

// splitText cuts text into the character-strings that DNS can carry.
func splitText(text string) []string {
	strs := []string{}
	for len(text) > 255 {
		strs = append(strs, text[:255])
		text = text[255:]
	}
	return append(strs, text)
}
