package resolver

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Replay answers from a Recording and from nothing else: it makes no network
// call, and what is not recorded is an error of kind NotRecorded. It is a
// Resolver, a Fetcher and a NameLister.
type Replay struct {
	recording *Recording
	answers   map[Question]RecordedAnswer
	exchanges map[Query]RecordedExchange
	names     map[string]RecordedNames
	fetches   map[FetchRequest]RecordedFetch
}

// NewReplay indexes a recording, which must not change afterwards.
func NewReplay(rec *Recording) *Replay {
	r := &Replay{
		recording: rec,
		answers:   map[Question]RecordedAnswer{}, exchanges: map[Query]RecordedExchange{},
		names: map[string]RecordedNames{}, fetches: map[FetchRequest]RecordedFetch{},
	}
	for _, a := range rec.Answers {
		r.answers[a.Question] = a
	}
	for _, e := range rec.Exchanges {
		r.exchanges[e.Query] = e
	}
	for _, n := range rec.Names {
		r.names[n.Below] = n
	}
	for _, f := range rec.Fetches {
		r.fetches[recordedRequest(f.Request)] = f
	}
	return r
}

// Recording is what is replayed.
func (r *Replay) Recording() *Recording { return r.recording }

// Now is the time of the recording: the clock that everything replayed is to
// be judged by.
func (r *Replay) Now() time.Time { return r.recording.RecordedAt }

// Lookup implements Resolver. The answer's source is "replay"; the origin of
// its records is who was asked when it was recorded.
func (r *Replay) Lookup(ctx context.Context, q Question) (Answer, error) {
	recorded, ok := r.answers[q]
	switch {
	case ctx.Err() != nil:
		return Answer{}, endedError(ctx, q, "")
	case !ok:
		return Answer{}, &Error{Kind: NotRecorded, Question: q}
	case recorded.Err != nil:
		return Answer{}, recorded.Err
	}
	answer := recorded.Answer
	answer.Source = "replay"
	return answer, nil
}

// Exchange implements Resolver.
func (r *Replay) Exchange(ctx context.Context, q Query) (Reply, error) {
	recorded, ok := r.exchanges[q]
	switch {
	case ctx.Err() != nil:
		return Reply{}, endedError(ctx, q.Question, q.Server)
	case !ok:
		return Reply{}, &Error{Kind: NotRecorded, Question: q.Question, Server: q.Server}
	case recorded.Err != nil:
		return Reply{}, recorded.Err
	}
	return recorded.Reply, nil
}

// Fetch implements Fetcher. The limit is that of the request at hand.
func (r *Replay) Fetch(ctx context.Context, request FetchRequest) (FetchResponse, error) {
	recorded, ok := r.fetches[recordedRequest(request)]
	switch {
	case ctx.Err() != nil:
		return FetchResponse{}, endedFetch(ctx, request.URL)
	case !ok:
		return FetchResponse{}, &FetchError{Kind: FetchNotRecorded, URL: request.URL}
	case recorded.Err != nil:
		return FetchResponse{}, recorded.Err
	case int64(len(recorded.Response.Body)) > request.limit():
		return FetchResponse{}, &FetchError{Kind: FetchTooLarge, URL: request.URL, Address: recorded.Response.Address,
			Detail: fmt.Sprintf("the body is longer than %d octets", request.limit())}
	}
	return recorded.Response, nil
}

// Names implements NameLister with what was listed when it was recorded.
func (r *Replay) Names(below string) (names []string, complete bool) {
	recorded := r.names[below]
	return slices.Clone(recorded.Names), recorded.Complete
}
