package resolver

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

func parseAnswer(entry jsonAnswer) (RecordedAnswer, error) {
	q, err := parseQuestion(entry.Name, entry.Type)
	if err != nil {
		return RecordedAnswer{}, err
	}
	failure, err := parseFailure(q, entry.jsonFailure)
	if err != nil {
		return RecordedAnswer{}, err
	}
	if failure != nil {
		if entry.Status != "" || len(entry.Records)+len(entry.Chain) > 0 {
			return RecordedAnswer{}, &FieldError{Code: "error-beside-answer", Found: `"error" beside an answer`, Expected: "one of them"}
		}
		return RecordedAnswer{Question: q, Err: failure}, nil
	}
	answer := Answer{Question: q, Cached: entry.Cached, Authentic: entry.Authentic, Source: entry.Source}
	if answer.Chain, err = parseLines(entry.Chain, "chain", entry.Source); err != nil {
		return RecordedAnswer{}, err
	}
	if answer.Records, err = parseLines(entry.Records, "records", entry.Source); err != nil {
		return RecordedAnswer{}, err
	}
	sortByData(answer.Records)
	if answer.Status, err = parseStatus(entry.Status, len(answer.Records)); err != nil {
		return RecordedAnswer{}, at("status", err)
	}
	answer.OwnerExists = answer.Status != NXDomain || len(answer.Chain) > 0
	answer.TTL = shortestTTL(answer)
	if entry.TTL != nil {
		answer.TTL = *entry.TTL
	}
	return RecordedAnswer{Question: q, Answer: answer}, checkChain(entry, answer)
}

func parseQuestion(name, kind string) (Question, error) {
	canonical, err := CanonicalName(name)
	if err != nil {
		return Question{}, at("name", unusableName(name, strconv.Quote(name), err))
	}
	t, err := ParseType(kind)
	if err != nil {
		return Question{}, at("type", inQuotes("type", kind, "a record type such as TXT, MX or TYPE99"))
	}
	return Question{Name: canonical, Type: t}, nil
}

// parseFailure returns nil when there is no error in the entry.
func parseFailure(q Question, entry jsonFailure) (*Error, error) {
	kinds := []ErrorKind{Timeout, ServFail, Refused, Unreachable, BadReply, Offline, NotRecorded, OverBudget, Undetermined, Cancelled, BadName}
	switch {
	case entry == jsonFailure{}:
		return nil, nil
	case !slices.Contains(kinds, ErrorKind(entry.Error)):
		return nil, at("error", inQuotes("error-kind", entry.Error, "one of "+listed(kinds)).with("list", listed(kinds)))
	}
	return &Error{Kind: ErrorKind(entry.Error), Question: q, Server: entry.Server, Detail: entry.Detail}, nil
}

func listed[K ~string](kinds []K) string {
	quoted := make([]string, len(kinds))
	for i, kind := range kinds {
		quoted[i] = fmt.Sprintf("%q", kind)
	}
	return strings.Join(quoted, ", ")
}

func parseStatus(text string, records int) (Status, error) {
	for _, status := range []Status{Data, NoData, NXDomain} {
		switch {
		case text == "" && records > 0:
			return Data, nil
		case text != status.String():
			continue
		case status == Data && records == 0:
			return 0, &FieldError{Code: "data-without-records", Found: `"data" without records`, Expected: `records, or "NODATA" or "NXDOMAIN"`}
		case status != Data && records > 0:
			return 0, &FieldError{Code: "status-beside-records", Args: Args{"found": text}, Found: fmt.Sprintf("%q beside records", text), Expected: `"data"`}
		}
		return status, nil
	}
	return 0, inQuotes("status", text, `"data", "NODATA" or "NXDOMAIN" (or "error" in its place)`)
}

func parseLines(lines []string, path, source string) ([]Record, error) {
	var records []Record
	for i, line := range lines {
		record, err := ParseRecord(line)
		if err != nil {
			return nil, at(fmt.Sprintf("%s[%d]", path, i), err)
		}
		record.Origin.Server = source
		records = append(records, record)
	}
	return records, nil
}

func shortestTTL(answer Answer) uint32 {
	all := slices.Concat(answer.Chain, answer.Records)
	if len(all) == 0 {
		return 0
	}
	return leastTTL(all)
}

// checkChain makes sure that an edited answer still hangs together: every alias
// belongs to the name before it, and the records to the name at the end.
func checkChain(entry jsonAnswer, answer Answer) error {
	name := answer.Question.Name
	for i, record := range answer.Chain {
		where := fmt.Sprintf("chain[%d]", i)
		switch data := record.Data.(type) {
		case CNAME:
			if record.Name != name {
				return at(where, &FieldError{Code: "chain-alias", Args: Args{"found": record.Name, "name": name}, Found: "an alias of " + record.Name, Expected: "one of " + name})
			}
			name = data.Target
		case DNAME:
			if record.Name == name || !IsSubdomain(name, record.Name) {
				return at(where, &FieldError{Code: "chain-dname", Args: Args{"found": record.Name, "name": name}, Found: "a DNAME of " + record.Name, Expected: "one of a name above " + name})
			}
		default:
			return at(where, &FieldError{Code: "chain-type", Args: Args{"found": record.Type().String()}, Found: "a record of type " + record.Type().String(), Expected: "CNAME or DNAME"})
		}
	}
	for i, line := range entry.Records { // in the order of the text, for the error's sake
		record, err := ParseRecord(line)
		switch where := fmt.Sprintf("records[%d]", i); {
		case err != nil:
			return at(where, err)
		case record.Name != name:
			return at(where, &FieldError{Code: "record-owner", Args: Args{"found": record.Name, "name": name}, Found: "a record of " + record.Name, Expected: "one of " + name})
		case record.Type() != answer.Question.Type:
			return at(where, &FieldError{Code: "record-type", Args: Args{"found": record.Type().String(), "type": answer.Question.Type.String()}, Found: "a record of type " + record.Type().String(), Expected: answer.Question.Type.String()})
		}
	}
	return nil
}

func parseNames(entry jsonNames) (RecordedNames, error) {
	below, err := CanonicalName(entry.Below)
	if err != nil {
		return RecordedNames{}, at("below", unusableName(entry.Below, strconv.Quote(entry.Below), err))
	}
	names := RecordedNames{Below: below, Names: []string{}, Complete: entry.Complete}
	for i, text := range entry.Names {
		name, err := CanonicalName(text)
		switch where := fmt.Sprintf("names[%d]", i); {
		case err != nil:
			return RecordedNames{}, at(where, unusableName(text, strconv.Quote(text), err))
		case !IsSubdomain(name, below):
			return RecordedNames{}, at(where, inQuotes("name-outside", text, "a domain name at or below "+below).with("below", below))
		}
		names.Names = append(names.Names, name)
	}
	slices.Sort(names.Names)
	return names, nil
}
