package resolver

import (
	"fmt"
	"strings"
)

// ParseRecord reads one record written as "NAME TTL IN TYPE DATA" with absolute
// names; it is the inverse of Record.String. An error is a *FieldError.
func ParseRecord(line string) (Record, error) {
	fields, err := SplitFields(line)
	if err != nil {
		return Record{}, err
	}
	if len(fields) < 4 {
		return Record{}, &FieldError{Code: "record-line", Args: Args{"found": line}, Index: len(fields), Found: visibleLine(line), Expected: `"NAME TTL IN TYPE DATA"`}
	}
	name, err := fields[0].Name("")
	if err != nil {
		return Record{}, err
	}
	ttl, ok := ParseTTL(fields[1].Text)
	if !ok {
		return Record{}, &FieldError{Code: "ttl", Args: Args{"found": fields[1].String()}, Index: 1, Found: fields[1].String(), Expected: "a TTL in seconds"}
	}
	if !strings.EqualFold(fields[2].Text, "IN") {
		return Record{}, &FieldError{Code: "class", Args: Args{"found": fields[2].String()}, Index: 2, Found: fields[2].String(), Expected: "the class IN"}
	}
	kind, err := ParseType(fields[3].Text)
	if err != nil {
		return Record{}, &FieldError{Code: "type", Args: Args{"found": fields[3].String()}, Index: 3, Found: fields[3].String(), Expected: "a record type such as TXT, MX or TYPE99"}
	}
	data, err := ParseFields(kind, fields[4:], "")
	if err != nil {
		return Record{}, err
	}
	return Record{Name: name, TTL: ttl, Data: data}, nil
}

// visibleLine is a line that is too short to be a record, as an error shows it.
func visibleLine(line string) string {
	if strings.TrimSpace(line) == "" {
		return "an empty text"
	}
	return fmt.Sprintf("%q", line)
}

// ownLine writes a record so that ParseRecord reads the same one. False means
// that there is no such text: the record is of a type that exists only in
// messages, such as OPT or TSIG.
func ownLine(r Record) (string, bool) {
	line := r.String()
	again, err := ParseRecord(line)
	return line, err == nil && again.String() == line
}
