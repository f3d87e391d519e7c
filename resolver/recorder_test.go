package resolver_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var recordedAt = time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC)

// taped writes what a recorder has and reads it back into a replay.
func taped(t *testing.T, recorder *resolver.Recorder) *resolver.Replay {
	t.Helper()
	rec := recorder.Recording()
	rec.RecordedAt = recordedAt
	return resolver.NewReplay(readRecording(t, written(t, rec)))
}

// everyOctet is TXT data with all octets, a boundary inside, an empty string
// and one that is longer than the wire allows.
func everyOctet() resolver.TXT {
	var all strings.Builder
	for i := range 256 {
		all.WriteByte(byte(i))
	}
	text := all.String()
	return resolver.TXT{Strings: []string{text[:100], text[100:], "", text + text}}
}

func TestReplayGivesWhatWasRecorded(t *testing.T) {
	q := func(name string, kind resolver.Type) resolver.Question {
		return resolver.Question{Name: name, Type: kind}
	}
	alias := resolver.Record{Name: "a.example.co.jp.", TTL: 60, Data: resolver.CNAME{Target: "b.example.net."}}
	answers := []resolver.Answer{
		textAnswer(q("example.co.jp.", resolver.TypeTXT), "v=spf1 -all"),
		{Question: q("raw.example.co.jp.", resolver.TypeTXT), Status: resolver.Data, OwnerExists: true, Authentic: true, TTL: 5,
			Records: []resolver.Record{{Name: "raw.example.co.jp.", TTL: 5, Data: everyOctet()}}},
		{Question: q("gone.example.co.jp.", resolver.TypeMX), Status: resolver.NXDomain, TTL: 900, Cached: true},
		{Question: q("www.example.co.jp.", resolver.TypeMX), Status: resolver.NoData, OwnerExists: true, TTL: 900},
		{Question: q("a.example.co.jp.", resolver.TypeA), Status: resolver.NXDomain, OwnerExists: true, TTL: 60, Chain: []resolver.Record{alias}},
		{Question: q(`a\.b.example.co.jp.`, resolver.TypeCNAME), Status: resolver.Data, OwnerExists: true, TTL: 60,
			Records: []resolver.Record{{Name: `a\.b.example.co.jp.`, TTL: 60, Data: resolver.CNAME{Target: `\032.example.net.`}}}},
	}
	world := map[resolver.Question]resolver.Answer{}
	for _, a := range answers {
		world[a.Question] = a
	}
	recorder := resolver.NewRecorder(dnstest.Func(func(_ context.Context, q resolver.Question) (resolver.Answer, error) {
		return world[q], nil
	}), nil)
	for _, a := range answers {
		if got, err := recorder.Lookup(t.Context(), a.Question); err != nil || !cmp.Equal(got, a) {
			t.Errorf("Lookup(%s) through the recorder = %v, %v, want it untouched", a.Question, got, err)
		}
	}
	replay := taped(t, recorder)
	for _, want := range answers {
		got, err := replay.Lookup(t.Context(), want.Question)
		if err != nil {
			t.Errorf("Lookup(%s): %v", want.Question, err)
		}
		want.Source = "replay"
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Lookup(%s) (-recorded +replayed):\n%s", want.Question, diff)
		}
	}
	if !replay.Now().Equal(recordedAt) {
		t.Errorf("Now() = %v, want the time of the recording, %v", replay.Now(), recordedAt)
	}
}

func TestReplayGivesEveryError(t *testing.T) {
	kinds := []resolver.ErrorKind{
		resolver.Timeout, resolver.ServFail, resolver.Refused, resolver.Unreachable, resolver.BadReply,
		resolver.Offline, resolver.NotRecorded, resolver.OverBudget, resolver.Undetermined, resolver.BadName,
	}
	for _, kind := range kinds {
		fault := &resolver.Error{Kind: kind, Question: spfQuestion, Server: "192.0.2.53:53", Detail: "EDE 22 \u2028 \"no reachable authority\" <x> \xff"}
		recorder := resolver.NewRecorder(dnstest.Func(func(context.Context, resolver.Question) (resolver.Answer, error) {
			return resolver.Answer{}, fault
		}), nil)
		recorder.Lookup(t.Context(), spfQuestion)
		_, err := taped(t, recorder).Lookup(t.Context(), spfQuestion)
		want := *fault
		want.Detail = strings.ReplaceAll(want.Detail, "\xff", "\uFFFD")
		if diff := cmp.Diff(error(&want), err); diff != "" {
			t.Errorf("%s (-recorded +replayed):\n%s", kind, diff)
		}
	}
}

func TestReplayKnowsNothingElse(t *testing.T) {
	replay := resolver.NewReplay(readRecording(t, writtenRecording))
	if _, err := replay.Lookup(t.Context(), resolver.Question{Name: "example.co.jp.", Type: resolver.TypeAAAA}); resolver.KindOf(err) != resolver.NotRecorded {
		t.Errorf("another type: %v, want not recorded", err)
	}
	recorded := resolver.Query{Question: resolver.Question{Name: "example.co.jp.", Type: resolver.TypeDNSKEY}, Server: "192.0.2.1:53", Net: "tcp", DO: true, CD: true}
	if reply, err := replay.Exchange(t.Context(), recorded); err != nil || reply.Rcode != 3 || !reply.AA || reply.TC || len(reply.Authority) != 1 {
		t.Errorf("Exchange = %+v, %v, want the recorded reply", reply, err)
	}
	other := recorded
	other.DO = false
	if _, err := replay.Exchange(t.Context(), other); resolver.KindOf(err) != resolver.NotRecorded {
		t.Errorf("the same query without DO: %v, want not recorded", err)
	}
	refused := resolver.Query{Question: resolver.Question{Name: "example.co.jp.", Type: resolver.TypeSOA}, Server: "192.0.2.2:53", RD: true}
	if _, err := replay.Exchange(t.Context(), refused); resolver.KindOf(err) != resolver.Refused {
		t.Errorf("a refused query: %v, want REFUSED", err)
	}
	if _, err := replay.Fetch(t.Context(), resolver.FetchRequest{URL: "https://www.example.co.jp/"}); fetchKind(err) != resolver.FetchNotRecorded {
		t.Errorf("another URL: %v, want not recorded", err)
	}
	if names, complete := replay.Names("example.co.jp."); !complete || len(names) != 2 {
		t.Errorf("Names = %v, %v, want the recorded two, complete", names, complete)
	}
	if names, complete := replay.Names("example.com."); complete || len(names) != 0 {
		t.Errorf("names below another name = %v, %v, want none, and not complete", names, complete)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := replay.Lookup(ctx, spfQuestion); resolver.KindOf(err) != resolver.Cancelled {
		t.Errorf("a cancelled caller: %v, want cancelled", err)
	}
}

func TestReplayAppliesTheLimitOfTheRequest(t *testing.T) {
	replay := resolver.NewReplay(readRecording(t, writtenRecording))
	request := resolver.FetchRequest{URL: "https://mta-sts.example.co.jp/.well-known/mta-sts.txt"}
	got, err := replay.Fetch(t.Context(), request)
	if err != nil || string(got.Body) != "version: STSv1\r\nmode: testing\r\n" || got.TLSVersion != tls.VersionTLS13 {
		t.Errorf("Fetch = %+v, %v, want the recorded policy", got, err)
	}
	request.MaxBytes = 10
	if _, err := replay.Fetch(t.Context(), request); fetchKind(err) != resolver.FetchTooLarge {
		t.Errorf("with a limit of 10 octets: %v, want too large", err)
	}
	logo := resolver.FetchRequest{URL: "https://a.example.co.jp/logo.svg", Accept: "image/svg+xml"}
	if got, err := replay.Fetch(t.Context(), logo); err != nil || got.Status != 301 || !bytes.Equal(got.Body, []byte{0xff, 0}) {
		t.Errorf("Fetch(logo) = %+v, %v, want the redirect with its octets", got, err)
	}
}

func TestReplayOfFetches(t *testing.T) {
	ca, stranger := newAuthority(t), newAuthority(t)
	page := func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("version: STSv1\r\n")) }
	good := ca.request(ca.serve(t, policyHost, page))
	bad := ca.request(stranger.serve(t, policyHost, page))
	recorder := resolver.NewRecorder(dnstest.Func(nil), ca.fetcher())
	want, err := recorder.Fetch(t.Context(), good)
	if err != nil {
		t.Fatal(err)
	}
	_, refused := recorder.Fetch(t.Context(), bad)

	replay := taped(t, recorder)
	got, err := replay.Fetch(t.Context(), good)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
		t.Errorf("Fetch: %v (-recorded +replayed):\n%s", err, diff)
	}
	var before, after *resolver.FetchError
	_, err = replay.Fetch(t.Context(), bad)
	if !errors.As(refused, &before) || !errors.As(err, &after) {
		t.Fatalf("recorded %v, replayed %v, want two fetch errors", refused, err)
	}
	if diff := cmp.Diff(before, after, cmpopts.IgnoreFields(resolver.FetchError{}, "Err")); diff != "" || len(after.Certificates) == 0 {
		t.Errorf("the refused certificate (-recorded +replayed):\n%s", diff)
	}

	dns := resolver.NewReplay(readRecording(t, writtenRecording))
	_, err = dns.Fetch(t.Context(), resolver.FetchRequest{URL: "https://mta-sts.example.net/.well-known/mta-sts.txt"})
	if fetchKind(err) != resolver.FetchDNS || resolver.KindOf(err) != resolver.ServFail {
		t.Errorf("a fetch whose name did not resolve: %v, want the SERVFAIL kept", err)
	}
}

func TestRecorderKeepsTheFirstOutcome(t *testing.T) {
	var asked atomic.Int32
	recorder := resolver.NewRecorder(dnstest.Func(func(ctx context.Context, q resolver.Question) (resolver.Answer, error) {
		switch asked.Add(1) {
		case 1:
			return resolver.Answer{}, &resolver.Error{Kind: resolver.Cancelled, Question: q} // the caller left
		case 2:
			return resolver.Answer{}, &resolver.Error{Kind: resolver.Timeout, Question: q} // the caller's time was over
		case 3:
			return textAnswer(q, "v=spf1 -all"), nil
		}
		return resolver.Answer{}, &resolver.Error{Kind: resolver.ServFail, Question: q}
	}), nil)
	outcome := func() string {
		answer, err := taped(t, recorder).Lookup(t.Context(), spfQuestion)
		if err != nil {
			return string(resolver.KindOf(err))
		}
		return answer.Status.String()
	}
	over, stop := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer stop()
	for _, step := range []struct {
		ctx  context.Context
		want string
		why  string
	}{
		{t.Context(), "not recorded", "that somebody left is no outcome"},
		{over, "timeout", "better than nothing"},
		{t.Context(), "data", "an outcome takes the place of a provisional one"},
		{t.Context(), "data", "the first outcome stays"},
	} {
		recorder.Lookup(step.ctx, spfQuestion)
		if got := outcome(); got != step.want {
			t.Errorf("after %d questions: %q, want %q: %s", asked.Load(), got, step.want, step.why)
		}
	}
}

func TestRecordingDoesNotDependOnTheOrderOfAsking(t *testing.T) {
	var questions []resolver.Question
	for _, name := range []string{"example.co.jp.", "_dmarc.example.co.jp.", "www.example.co.jp.", "example.net."} {
		for _, kind := range []resolver.Type{resolver.TypeTXT, resolver.TypeA, resolver.TypeMX} {
			questions = append(questions, resolver.Question{Name: name, Type: kind})
		}
	}
	record := func(seed uint64) string {
		recorder := resolver.NewRecorder(exchanger{Func: func(_ context.Context, q resolver.Question) (resolver.Answer, error) {
			return resolver.Answer{Question: q, Status: resolver.NXDomain, TTL: 60}, nil
		}, asked: new(atomic.Int32)}, pageFetcher{})
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(questions), func(i, j int) { questions[i], questions[j] = questions[j], questions[i] })
		for _, q := range questions {
			recorder.Lookup(t.Context(), q)
			recorder.Exchange(t.Context(), resolver.Query{Question: q, Server: "192.0.2.1:53"})
			recorder.Fetch(t.Context(), resolver.FetchRequest{URL: "https://" + q.Name + "/"})
			recorder.Names(q.Name)
		}
		rec := recorder.Recording()
		rec.RecordedAt = recordedAt
		return written(t, rec)
	}
	if diff := cmp.Diff(record(1), record(2)); diff != "" {
		t.Errorf("recorded in another order:\n%s", diff)
	}
}

// A server can put anything into a reply to an Exchange; the recording must
// stay readable.
func TestRecordingOfOddReplies(t *testing.T) {
	sound := resolver.Record{Name: "example.co.jp.", TTL: 60, Data: resolver.A{Addr: address("192.0.2.1")}}
	odd := resolver.Record{Name: "example.co.jp.", TTL: 60, Data: resolver.Other{RRType: 250, Text: "a TSIG"}}
	recorder := resolver.NewRecorder(replier{resolver.Reply{Rcode: 23, Answer: []resolver.Record{odd, sound}, Server: "192.0.2.1:53"}}, nil)
	query := resolver.Query{Question: spfQuestion, Server: "192.0.2.1:53"}
	recorder.Exchange(t.Context(), query)
	reply, err := taped(t, recorder).Exchange(t.Context(), query)
	if err != nil || reply.Rcode != 23 || len(reply.Answer) != 1 || reply.Answer[0].Data != sound.Data {
		t.Errorf("replayed %+v, %v, want RCODE 23 and the A record", reply, err)
	}
}
