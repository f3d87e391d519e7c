package resolver_test

import (
	"context"
	"testing"

	"mailauth/resolver"
)

// recordedPage is a fetcher with one outcome, as a recording has it.
type recordedPage struct {
	response resolver.FetchResponse
	err      *resolver.FetchError
}

func (k recordedPage) Fetch(context.Context, resolver.FetchRequest) (resolver.FetchResponse, error) {
	if k.err != nil {
		return resolver.FetchResponse{}, k.err
	}
	return k.response, nil
}

func TestPlacedFollowsTheHost(t *testing.T) {
	page := recordedPage{response: resolver.FetchResponse{Status: 200, Address: "192.0.2.80:443"}}
	refused := recordedPage{err: &resolver.FetchError{Kind: resolver.FetchTLS, Address: "192.0.2.80:443"}}
	for _, tt := range []struct {
		why      string
		recorded recordedPage
		now      hostAnswers
		want     resolver.FetchErrorKind
	}{
		{"where it was", page, hostAnswers{a: []string{"192.0.2.80"}}, ""},
		{"one more address", page, hostAnswers{a: []string{"192.0.2.81", "192.0.2.80"}}, ""},
		{"moved", page, hostAnswers{a: []string{"192.0.2.81"}}, resolver.FetchNotRecorded},
		{"gone", page, hostAnswers{}, resolver.FetchNoAddress},
		{"nobody can tell", page, hostAnswers{errs: map[resolver.Type]error{resolver.TypeA: serverFailure}}, resolver.FetchDNS},
		{"refused where it was", refused, hostAnswers{a: []string{"192.0.2.80"}}, resolver.FetchTLS},
		{"moved since it was refused", refused, hostAnswers{a: []string{"192.0.2.81"}}, resolver.FetchNotRecorded},
		{"an address since", recordedPage{err: &resolver.FetchError{Kind: resolver.FetchNoAddress}}, hostAnswers{a: []string{"192.0.2.81"}}, resolver.FetchNotRecorded},
		{"still none", recordedPage{err: &resolver.FetchError{Kind: resolver.FetchNoAddress}}, hostAnswers{}, resolver.FetchNoAddress},
		{"still private", recordedPage{err: &resolver.FetchError{Kind: resolver.FetchForbidden}}, hostAnswers{a: []string{"10.0.0.1"}}, resolver.FetchForbidden},
		{"public since", recordedPage{err: &resolver.FetchError{Kind: resolver.FetchForbidden}}, hostAnswers{a: []string{"8.8.8.8"}}, resolver.FetchNotRecorded},
		{"it timed out", recordedPage{err: &resolver.FetchError{Kind: resolver.FetchTimeout}}, hostAnswers{a: []string{"192.0.2.81"}}, resolver.FetchTimeout},
		{"never asked for", recordedPage{err: &resolver.FetchError{Kind: resolver.FetchNotRecorded}}, hostAnswers{}, resolver.FetchNotRecorded},
	} {
		_, err := resolver.Placed(tt.recorded, tt.now.resolver()).Fetch(t.Context(), resolver.FetchRequest{URL: "https://" + policyHost + "/"})
		if got := fetchKind(err); got != tt.want {
			t.Errorf("%s: %v, want kind %q", tt.why, err, tt.want)
		}
	}
}
