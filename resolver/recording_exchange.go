package resolver

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

func parseExchange(entry jsonExchange) (RecordedExchange, error) {
	q, err := parseQuestion(entry.Query.Name, entry.Query.Type)
	if err != nil {
		return RecordedExchange{}, at("query", err)
	}
	query := Query{Question: q, Server: entry.Query.Server, Net: entry.Query.Net}
	if err := setFlags(entry.Query.Flags, []flagTarget{{"do", &query.DO}, {"cd", &query.CD}, {"rd", &query.RD}}); err != nil {
		return RecordedExchange{}, at("query", err)
	}
	failure, err := parseFailure(q, entry.jsonFailure)
	switch {
	case err != nil:
		return RecordedExchange{}, err
	case (failure == nil) == (entry.Reply == nil):
		return RecordedExchange{}, &FieldError{Code: "reply-or-error", Found: `both or none of "reply" and "error"`, Expected: "one of them"}
	case failure != nil:
		return RecordedExchange{Query: query, Err: failure}, nil
	}
	reply, err := parseReply(*entry.Reply)
	return RecordedExchange{Query: query, Reply: reply}, at("reply", err)
}

func parseReply(entry jsonReply) (Reply, error) {
	reply := Reply{EDE: entry.EDE, Size: entry.Size, Server: entry.Server, Net: entry.Net}
	if len(entry.EDE) == 0 {
		reply.EDE = nil
	}
	var err error
	if reply.Rcode, err = parseRcode(entry.Rcode); err != nil {
		return Reply{}, at("rcode", err)
	}
	if err := setFlags(entry.Flags, []flagTarget{{"aa", &reply.AA}, {"tc", &reply.TC}, {"ra", &reply.RA}, {"ad", &reply.AD}, {"trusted", &reply.Trusted}}); err != nil {
		return Reply{}, err
	}
	if reply.Answer, err = parseLines(entry.Answer, "answer", entry.Server); err != nil {
		return Reply{}, err
	}
	reply.Authority, err = parseLines(entry.Authority, "authority", entry.Server)
	return reply, err
}

type flagTarget struct {
	name string
	bit  *bool
}

func setFlags(names []string, targets []flagTarget) error {
	for i, name := range names {
		known := slices.IndexFunc(targets, func(t flagTarget) bool { return t.name == name })
		if known < 0 {
			var all []string
			for _, t := range targets {
				all = append(all, t.name)
			}
			return at(fmt.Sprintf("flags[%d]", i), inQuotes("flag", name, "one of "+listed(all)).with("list", listed(all)))
		}
		*targets[known].bit = true
	}
	return nil
}

// rcodeNames are the response codes of RFC 1035 §4.1.1 and RFC 2136 §2.2, from
// 0 up. Higher ones are written as RCODEnnn: their names are ambiguous.
var rcodeNames = []string{"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"}

func rcodeName(rcode int) string {
	if 0 <= rcode && rcode < len(rcodeNames) {
		return rcodeNames[rcode]
	}
	return "RCODE" + strconv.Itoa(rcode)
}

func parseRcode(text string) (int, error) {
	if rcode := slices.Index(rcodeNames, text); rcode >= 0 {
		return rcode, nil
	}
	if digits, ok := strings.CutPrefix(text, "RCODE"); ok {
		if n, err := strconv.ParseUint(digits, 10, 12); err == nil { // RFC 6891 §6.1.3: 12 bits
			return int(n), nil
		}
	}
	return 0, inQuotes("rcode", text, "a response code such as NOERROR, NXDOMAIN or RCODE23")
}
