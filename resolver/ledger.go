package resolver

import (
	"cmp"
	"errors"
	"slices"
	"time"
)

// LedgerEntry is one thing that was asked, with its outcome.
type LedgerEntry struct {
	// Question is what was asked; its zero value marks a fetch.
	Question Question
	// Query is the whole query of an Exchange; nil for a Lookup or a fetch.
	Query *Query
	// Fetch is what was fetched; its zero value marks a question.
	Fetch FetchRequest
	// Status of a Lookup that was answered.
	Status Status
	// Code is the RCODE of an Exchange, the HTTP status of a fetch.
	Code int
	// Records is how many came: those of the asked type for a Lookup, those of
	// the answer section for an Exchange.
	Records int
	// Err is the error that stands for an answer, or nil.
	Err error
	// Source is who answered, or the last server that did not.
	Source string
	// TTL in seconds, of a Lookup.
	TTL uint32
	// Asked is how many times somebody wanted to know; it was asked once.
	Asked int
	// Start counts from the making of the cache, Elapsed from Start. Both are
	// monotonic and differ from run to run.
	Start, Elapsed time.Duration
}

// Ledger lists what a cache has asked and been told, ordered by name, type and
// query, fetches last: an order that does not depend on which question won a
// race. Sort by Start for the order of asking.
type Ledger []LedgerEntry

// Ledger returns what has been answered so far; what is under way is left out.
func (c *Cache) Ledger() Ledger {
	var ledger Ledger
	c.lookups.each(func(q Question, call *flight[Answer], asked int) {
		entry := entryOf(call, asked)
		entry.Question, entry.Status, entry.TTL = q, call.value.Status, call.value.TTL
		entry.Records = len(call.value.Records)
		entry.Source = cmp.Or(call.value.Source, entry.Source)
		ledger = append(ledger, entry)
	})
	c.exchanges.each(func(q Query, call *flight[Reply], asked int) {
		entry := entryOf(call, asked)
		entry.Question, entry.Query, entry.Code = q.Question, &q, call.value.Rcode
		entry.Records = len(call.value.Answer)
		entry.Source = cmp.Or(call.value.Server, entry.Source)
		ledger = append(ledger, entry)
	})
	c.fetches.each(func(r FetchRequest, call *flight[FetchResponse], asked int) {
		entry := entryOf(call, asked)
		entry.Fetch, entry.Code, entry.Source = r, call.value.Status, call.value.Address
		ledger = append(ledger, entry)
	})
	slices.SortFunc(ledger, compareEntries)
	return ledger
}

func entryOf[V any](call *flight[V], asked int) LedgerEntry {
	entry := LedgerEntry{Err: call.err, Asked: asked, Start: call.start, Elapsed: call.end - call.start}
	if e, ok := errors.AsType[*Error](call.err); ok {
		entry.Source = e.Server
	}
	return entry
}

func compareEntries(a, b LedgerEntry) int {
	if order := compareFetches(a.Fetch, b.Fetch); order != 0 { // a question's "" sorts before every URL
		return order
	}
	if order := compareQuestions(a.Question, b.Question); order != 0 {
		return order
	}
	if a.Query == nil || b.Query == nil {
		return cmp.Compare(boolRank(a.Query != nil), boolRank(b.Query != nil))
	}
	return compareQueries(*a.Query, *b.Query)
}

func compareQuestions(a, b Question) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Type, b.Type))
}

func compareQueries(a, b Query) int {
	return cmp.Or(
		compareQuestions(a.Question, b.Question),
		cmp.Compare(a.Server, b.Server), cmp.Compare(a.Net, b.Net),
		cmp.Compare(boolRank(a.DO), boolRank(b.DO)),
		cmp.Compare(boolRank(a.CD), boolRank(b.CD)),
		cmp.Compare(boolRank(a.RD), boolRank(b.RD)),
	)
}

func compareFetches(a, b FetchRequest) int {
	return cmp.Or(cmp.Compare(a.URL, b.URL), cmp.Compare(a.Accept, b.Accept), cmp.Compare(a.MaxBytes, b.MaxBytes))
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Questions is how many DNS questions were answered or given up.
func (l Ledger) Questions() int {
	n := 0
	for _, entry := range l {
		if entry.Fetch.URL == "" {
			n++
		}
	}
	return n
}
