package resolver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// ReadRecording reads what Write has written, or a person has edited: names
// may be in any case and without the dot at their end, "status" and "ttl" may
// be left out beside records, and the order does not matter. File is what
// errors call it; they are *RecordingError.
func ReadRecording(r io.Reader, file string) (*Recording, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxRecording+1))
	if err != nil {
		return nil, &RecordingError{Code: "unreadable", Args: Args{"why": err.Error()}, File: file, Err: err}
	}
	rec, err := parseRecording(data)
	if err == nil {
		return rec, nil
	}
	e := at("", err).(*RecordingError)
	e.File = file
	return nil, e
}

func parseRecording(data []byte) (*Recording, error) {
	if len(data) > maxRecording {
		return nil, &FieldError{Code: "recording-large", Args: Args{"limit": strconv.Itoa(maxRecording)}, Found: fmt.Sprintf("more than %d octets", maxRecording), Expected: "a shorter recording"}
	}
	if err := checkVersion(data); err != nil {
		return nil, err
	}
	var file jsonRecording
	if err := decode(data, &file); err != nil {
		return nil, err
	}
	recorded, err := time.Parse(time.RFC3339, file.RecordedAt)
	if err != nil || recorded.UTC().Year() < 1970 || recorded.UTC().Year() > 9999 {
		return nil, at("recorded_at", inQuotes("time", file.RecordedAt, "a time such as 2026-05-20T09:00:00Z"))
	}
	rec := &Recording{Tool: file.Tool, RecordedAt: recorded.UTC().Truncate(time.Second), Resolver: file.Resolver, Seed: file.Seed, Domains: file.Domains}
	rec.Answers, err = parseEntries(file.Answers, "answers", parseAnswer, func(a RecordedAnswer) string { return "the question " + a.Question.String() })
	if err != nil {
		return nil, err
	}
	rec.Exchanges, err = parseEntries(file.Exchanges, "exchanges", parseExchange, nameOfQuery)
	if err != nil {
		return nil, err
	}
	rec.Names, err = parseEntries(file.Names, "names", parseNames, func(n RecordedNames) string { return "the names below " + n.Below })
	if err != nil {
		return nil, err
	}
	rec.Fetches, err = parseEntries(file.Fetches, "fetches", parseFetch, func(f RecordedFetch) string { return "the request " + f.Request.URL + " " + f.Request.Accept })
	if err != nil {
		return nil, err
	}
	rec.sort()
	return rec, nil
}

// checkVersion comes before everything else: another version may differ in any
// way.
func checkVersion(data []byte) error {
	var file struct {
		Version json.RawMessage `json:"version"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return jsonError(data, err)
	}
	switch version := string(file.Version); version {
	case fmt.Sprint(RecordingVersion):
		return nil
	case "", "null":
		return &RecordingError{Code: "version-missing", Args: Args{"version": fmt.Sprint(RecordingVersion)}, Path: "version", Found: "nothing", Expected: fmt.Sprint(RecordingVersion),
			HintCode: "not-a-recording", Hint: "this may not be a recording; mailauth snapshot writes one"}
	default:
		return &RecordingError{Code: "version-other", Args: Args{"found": version, "version": fmt.Sprint(RecordingVersion)}, Path: "version", Found: version, Expected: fmt.Sprint(RecordingVersion),
			HintCode: "other-release", Hint: "another release of mailauth wrote this recording; read it with that one, or make it again"}
	}
}

// nameOfQuery tells the queries of one question apart.
func nameOfQuery(e RecordedExchange) string {
	name := "the query " + e.Query.Question.String()
	if e.Query.Server != "" {
		name += " to " + e.Query.Server
	}
	if e.Query.Net != "" {
		name += " over " + e.Query.Net
	}
	for _, bit := range flagNames([]flag{{"do", e.Query.DO}, {"cd", e.Query.CD}, {"rd", e.Query.RD}}) {
		name += " +" + bit
	}
	return name
}

// parseEntries parses a list. Two outcomes of one question would make the
// replay a matter of luck, so the second is refused.
func parseEntries[J, T any](list []json.RawMessage, path string, parse func(J) (T, error), key func(T) string) ([]T, error) {
	var out []T
	first := map[string]int{}
	for i, raw := range list {
		where := fmt.Sprintf("%s[%d]", path, i)
		var entry J
		if err := decode(raw, &entry); err != nil {
			return nil, at(where, err)
		}
		item, err := parse(entry)
		if err != nil {
			return nil, at(where, err)
		}
		if earlier, twice := first[key(item)]; twice {
			return nil, at(where, &FieldError{Code: "twice", Args: Args{"earlier": fmt.Sprintf("%s[%d]", path, earlier)},
				Found: key(item) + " again", Expected: fmt.Sprintf("it once; it is at %s[%d] too", path, earlier)})
		}
		first[key(item)] = i
		out = append(out, item)
	}
	return out, nil
}

// decode is strict: a field that nobody reads is a slip of the pen.
func decode(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return jsonError(data, decoder.Decode(into))
}

// at says where an error is: path is put in front of its own.
func at(path string, err error) error {
	switch e := err.(type) {
	case nil:
		return nil
	case *RecordingError:
		if path != "" && e.Path != "" {
			path += "."
		}
		e.Path = path + e.Path
		return e
	case *FieldError:
		return &RecordingError{Code: e.Code, Args: e.Args, Path: path, Found: e.Found, Expected: e.Expected}
	}
	return &RecordingError{Code: "unreadable", Args: Args{"why": err.Error()}, Path: path, Err: err}
}

// jsonError puts the library's errors into our form.
func jsonError(data []byte, err error) error {
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax):
		before := data[:min(int(syntax.Offset), len(data))]
		line := bytes.Count(before, []byte("\n")) + 1
		col := max(len(before)-(bytes.LastIndexByte(before, '\n')+1), 1)
		return &RecordingError{Code: "not-json", Args: Args{"why": err.Error()}, Line: line, Col: col, Err: fmt.Errorf("not JSON: %w", err)}
	case errors.As(err, &mismatch):
		return &RecordingError{Code: wrongKind(mismatch.Type), Args: Args{"found": mismatch.Value},
			Path: mismatch.Field, Found: withArticle(mismatch.Value), Expected: kindWords(mismatch.Type)}
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return &FieldError{Code: "unknown-field", Args: Args{"found": name}, Found: "the unknown field " + name, Expected: "only fields of a recording"}
	}
	return err
}

func withArticle(noun string) string {
	if strings.HasPrefix(noun, "a") || strings.HasPrefix(noun, "o") { // array, object
		return "an " + noun
	}
	return "a " + noun
}

// wrongKind is the code of a JSON value that should be of another kind.
func wrongKind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "want-text"
	case reflect.Bool:
		return "want-bool"
	case reflect.Slice:
		return "want-list"
	case reflect.Struct, reflect.Map:
		return "want-object"
	}
	return "want-number"
}

func kindWords(t reflect.Type) string {
	switch wrongKind(t) {
	case "want-text":
		return "a text in quotes"
	case "want-bool":
		return "true or false"
	case "want-list":
		return "a list"
	case "want-object":
		return "an object"
	}
	return "a number from 0 up that is not too large"
}
