package resolver

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// Write writes the recording as indented JSON: lists in the order of their
// questions, records in master-file form. The same recording gives the same
// octets. It sorts the lists of rec.
func (rec *Recording) Write(w io.Writer) error {
	if rec.RecordedAt.IsZero() {
		return errors.New("the recording has no time, which a replay needs as its clock")
	}
	rec.sort()
	file := jsonRecording{
		Version: RecordingVersion, Tool: text(rec.Tool), RecordedAt: rec.RecordedAt.UTC().Format(time.RFC3339),
		Resolver: text(rec.Resolver), Seed: rec.Seed, Domains: texts(rec.Domains),
	}
	var failed [4]error
	file.Answers, failed[0] = entries(rec.Answers, answerEntry)
	file.Exchanges, failed[1] = entries(rec.Exchanges, exchangeEntry)
	file.Names, failed[2] = entries(rec.Names, namesEntry)
	file.Fetches, failed[3] = entries(rec.Fetches, fetchEntry)
	if err := errors.Join(failed[:]...); err != nil {
		return err
	}
	var out bytes.Buffer
	if err := encode(&out, file); err != nil {
		return err
	}
	_, err := w.Write(out.Bytes())
	return err
}

// encode leaves "<", ">" and "&" as people write them.
func encode(out *bytes.Buffer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

func entries[T, J any](list []T, entry func(T) J) ([]json.RawMessage, error) {
	raw := make([]json.RawMessage, len(list))
	for i, item := range list {
		var out bytes.Buffer
		if err := encode(&out, entry(item)); err != nil {
			return nil, err
		}
		raw[i] = out.Bytes()
	}
	return raw, nil
}

func answerEntry(r RecordedAnswer) jsonAnswer {
	entry := jsonAnswer{Name: r.Question.Name, Type: r.Question.Type.String()}
	if r.Err != nil {
		entry.jsonFailure = failureEntry(r.Err)
		return entry
	}
	entry.Status, entry.TTL, entry.Authentic, entry.Source = r.Answer.Status.String(), &r.Answer.TTL, r.Answer.Authentic, text(r.Answer.Source)
	entry.Records, entry.Chain = lines(r.Answer.Records), lines(r.Answer.Chain)
	entry.Cached = r.Answer.Cached
	return entry
}

func exchangeEntry(r RecordedExchange) jsonExchange {
	q := r.Query
	entry := jsonExchange{Query: jsonQuery{
		Name: q.Name, Type: q.Type.String(), Server: text(q.Server), Net: text(q.Net),
		Flags: flagNames([]flag{{"do", q.DO}, {"cd", q.CD}, {"rd", q.RD}}),
	}}
	if r.Err != nil {
		entry.jsonFailure = failureEntry(r.Err)
		return entry
	}
	p := r.Reply
	entry.Reply = &jsonReply{
		Rcode: rcodeName(p.Rcode), Flags: flagNames([]flag{{"aa", p.AA}, {"tc", p.TC}, {"ra", p.RA}, {"ad", p.AD}, {"trusted", p.Trusted}}),
		Answer: lines(p.Answer), Authority: lines(p.Authority),
		EDE: p.EDE, Size: p.Size, Server: text(p.Server), Net: text(p.Net),
	}
	return entry
}

func failureEntry(e *Error) jsonFailure {
	return jsonFailure{Error: string(e.Kind), Server: text(e.Server), Detail: text(e.Detail)}
}

func namesEntry(r RecordedNames) jsonNames {
	return jsonNames{Below: r.Below, Names: texts(r.Names), Complete: r.Complete}
}

func fetchEntry(r RecordedFetch) jsonFetch {
	entry := jsonFetch{URL: text(r.Request.URL), Accept: text(r.Request.Accept)}
	certificates := r.Response.Certificates
	if r.Err != nil {
		entry.Error, entry.Address, entry.Detail = string(r.Err.Kind), text(r.Err.Address), text(r.Err.Detail)
		certificates = r.Err.Certificates
		if cause, ok := errors.AsType[*Error](r.Err.Err); ok {
			entry.DNS = &jsonCause{Name: cause.Question.Name, Type: cause.Question.Type.String(), jsonFailure: failureEntry(cause)}
		}
	} else {
		entry.Status, entry.Address, entry.Header = r.Response.Status, text(r.Response.Address), map[string][]string{}
		for name, values := range r.Response.Header {
			entry.Header[text(name)] = texts(values)
		}
		entry.TLS = tlsName(r.Response.TLSVersion)
		if utf8.Valid(r.Response.Body) {
			entry.Body = string(r.Response.Body)
		} else {
			entry.BodyBase64 = r.Response.Body
		}
	}
	for _, certificate := range certificates {
		entry.Certificates = append(entry.Certificates, certificate.Raw)
	}
	return entry
}

// lines writes records, without those that exist only in messages.
func lines(records []Record) []string {
	var out []string
	for _, r := range records {
		if line, ok := ownLine(r); ok {
			out = append(out, line)
		}
	}
	return out
}

// text makes JSON of text from outside survive a round trip.
func text(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

func texts(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = text(s)
	}
	return out
}

type flag struct {
	name string
	set  bool
}

func flagNames(flags []flag) []string {
	var names []string
	for _, f := range flags {
		if f.set {
			names = append(names, f.name)
		}
	}
	return names
}

func tlsName(version uint16) string {
	if version == 0 {
		return ""
	}
	return tls.VersionName(version)
}
