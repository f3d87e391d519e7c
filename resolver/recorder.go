package resolver

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// Recorder is a Resolver and a Fetcher that keeps what passes through it, for
// a Recording. The first outcome of a question is kept. That a caller gave up
// is no outcome; an error that came when the caller's time was over is kept
// only until something better comes.
type Recorder struct {
	base    Resolver
	fetcher Fetcher

	mu        sync.Mutex
	answers   map[Question]kept[RecordedAnswer]
	exchanges map[Query]kept[RecordedExchange]
	names     map[string]RecordedNames
	fetches   map[FetchRequest]kept[RecordedFetch]
}

// kept is an outcome; one that is provisional gives way to the next.
type kept[T any] struct {
	outcome     T
	provisional bool
}

// NewRecorder records what base and fetcher say. A nil fetcher is NoFetcher.
func NewRecorder(base Resolver, fetcher Fetcher) *Recorder {
	if fetcher == nil {
		fetcher = NoFetcher{}
	}
	return &Recorder{
		base: base, fetcher: fetcher,
		answers: map[Question]kept[RecordedAnswer]{}, exchanges: map[Query]kept[RecordedExchange]{},
		names: map[string]RecordedNames{}, fetches: map[FetchRequest]kept[RecordedFetch]{},
	}
}

// Lookup implements Resolver.
func (r *Recorder) Lookup(ctx context.Context, q Question) (Answer, error) {
	answer, err := r.base.Lookup(ctx, q)
	if err == nil || notCancelled(err) {
		r.mu.Lock()
		defer r.mu.Unlock()
		keep(r.answers, q, RecordedAnswer{Question: q, Answer: answer, Err: recordable(err, q)}, err != nil && ctx.Err() != nil)
	}
	return answer, err
}

// Exchange implements Resolver.
func (r *Recorder) Exchange(ctx context.Context, q Query) (Reply, error) {
	reply, err := r.base.Exchange(ctx, q)
	if err == nil || notCancelled(err) {
		r.mu.Lock()
		defer r.mu.Unlock()
		keep(r.exchanges, q, RecordedExchange{Query: q, Reply: reply, Err: recordable(err, q.Question)}, err != nil && ctx.Err() != nil)
	}
	return reply, err
}

// Fetch implements Fetcher.
func (r *Recorder) Fetch(ctx context.Context, request FetchRequest) (FetchResponse, error) {
	return r.Fetching(r.fetcher).Fetch(ctx, request)
}

// Fetching records what comes through another Fetcher than the recorder's own.
func (r *Recorder) Fetching(base Fetcher) Fetcher { return recordedFetcher{r, base} }

type recordedFetcher struct {
	recorder *Recorder
	base     Fetcher
}

// Fetch implements Fetcher.
func (f recordedFetcher) Fetch(ctx context.Context, request FetchRequest) (FetchResponse, error) {
	response, err := f.base.Fetch(ctx, request)
	if err == nil || notCancelled(err) {
		r := f.recorder
		r.mu.Lock()
		defer r.mu.Unlock()
		key := recordedRequest(request)
		keep(r.fetches, key, RecordedFetch{Request: key, Response: response, Err: recordableFetch(err, request.URL)}, err != nil && ctx.Err() != nil)
	}
	return response, err
}

// Names implements NameLister for a base that does.
func (r *Recorder) Names(below string) (names []string, complete bool) {
	names, complete = namesOf(r.base, below)
	if _, ok := r.base.(NameLister); ok {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.names[below] = RecordedNames{Below: below, Names: slices.Clone(names), Complete: complete}
	}
	return names, complete
}

func keep[K comparable, T any](outcomes map[K]kept[T], key K, outcome T, provisional bool) {
	if earlier, ok := outcomes[key]; !ok || earlier.provisional {
		outcomes[key] = kept[T]{outcome, provisional}
	}
}

// Recording returns what has been recorded so far. The caller fills in when
// and by what: Tool, RecordedAt, Resolver, Seed and Domains.
func (r *Recorder) Recording() *Recording {
	r.mu.Lock()
	defer r.mu.Unlock()
	rec := &Recording{}
	for _, k := range r.answers {
		rec.Answers = append(rec.Answers, k.outcome)
	}
	for _, k := range r.exchanges {
		rec.Exchanges = append(rec.Exchanges, k.outcome)
	}
	for _, names := range r.names {
		rec.Names = append(rec.Names, names)
	}
	for _, k := range r.fetches {
		rec.Fetches = append(rec.Fetches, k.outcome)
	}
	rec.sort()
	return rec
}

// recordedRequest is the part of a request that a response is recorded for.
func recordedRequest(request FetchRequest) FetchRequest {
	return FetchRequest{URL: request.URL, Accept: request.Accept}
}

// recordable is what a recording can hold of an error; nil for nil.
func recordable(err error, q Question) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return &Error{Kind: e.Kind, Question: q, Server: e.Server, Detail: e.Detail}
	}
	return &Error{Kind: KindOf(err), Question: q, Detail: err.Error()}
}

func recordableFetch(err error, url string) *FetchError {
	if err == nil {
		return nil
	}
	e, ok := errors.AsType[*FetchError](err)
	if !ok {
		return &FetchError{Kind: FetchHTTP, URL: url, Detail: err.Error()}
	}
	failure := &FetchError{Kind: e.Kind, URL: url, Address: e.Address, Detail: e.Detail, Certificates: e.Certificates}
	if cause, ok := errors.AsType[*Error](e.Err); ok {
		failure.Err = recordable(cause, cause.Question)
	}
	return failure
}
