package report

import (
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

// reason says why a fix is not verified. Where it could not even be laid over
// the DNS, the cause has a code of its own.
func (b builder) reason(t checks.Text) string {
	if t.ID != "trial.cannot-apply" {
		return b.say(t)
	}
	args := checks.Args{"name": t.Args["name"], "type": t.Args["type"], "error": t.Args["error"]}
	english, _ := t.Args["error"].(string)
	if code, ok := t.Args["code"].(string); ok {
		given, _ := t.Args["args"].(map[string]string)
		if said, detail, ok := b.texts.Fault(code, given); ok {
			args["error"] = b.withDetail(said, detail)
		}
		return b.say(checks.Text{ID: t.ID, Args: args})
	}
	kind, _ := t.Args["kind"].(string)
	args["error"] = b.failure(kind, english)
	return b.say(checks.Text{ID: t.ID, Args: args})
}

// failure says why a question had no answer: the kind of failure and, where
// there is more to say, what.
func (b builder) failure(kind, cause string) string {
	said := kind
	if id := errorID(kind); b.texts.Has(id) {
		said = b.texts.Text(id, nil)
	}
	if cause == "" {
		return said
	}
	if more, ok := b.texts.Phrase(cause); ok {
		return b.texts.Text("dns-failure.because", checks.Args{"kind": said, "cause": more})
	}
	return b.withDetail(said, cause)
}

// withDetail adds what only English has words for.
func (b builder) withDetail(said, detail string) string {
	if detail == "" {
		return said
	}
	return b.texts.Text("dns-failure.detail", checks.Args{"text": said, "detail": detail})
}

// advice is the text that says what helps where the question about a name had
// no answer, if the general advice of dns-tempfail does not fit.
func (b builder) advice(kind, name string) (id string, args checks.Args) {
	selector, _, isKey := strings.Cut(name, "._domainkey.")
	switch {
	case isKey && kind == string(resolver.NotRecorded):
		return "dns-advice.not-recorded-selector", checks.Args{"selector": selector}
	case b.silent && (kind == string(resolver.Timeout) || kind == string(resolver.ServFail) || kind == string(resolver.Refused)):
		return "dns-advice.silent", nil
	}
	return "dns-advice." + slug(kind), nil
}

func slug(kind string) string { return strings.ReplaceAll(strings.ToLower(kind), " ", "-") }

// errorID is the text of a kind of failure.
func errorID(kind string) string {
	return "dns-error." + slug(kind)
}
