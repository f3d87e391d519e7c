package resolver

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
)

// Fetcher gets documents over HTTPS, as MTA-STS (RFC 8461 §3.3) and BIMI do.
// Implementations are safe for concurrent use.
type Fetcher interface {
	// Fetch returns the first response, whatever its status: a redirect is
	// returned, not followed. An error is a *FetchError.
	Fetch(ctx context.Context, request FetchRequest) (FetchResponse, error)
}

// DefaultFetchBytes is the limit for a body when the request sets none. RFC
// 8461 §3.3 suggests 64 KiB.
const DefaultFetchBytes = 64 << 10

// FetchRequest is a document to get.
type FetchRequest struct {
	// URL is absolute and https.
	URL string
	// Accept is the Accept header; "" sends none.
	Accept string
	// MaxBytes limits the body; 0 is DefaultFetchBytes. More is an error, never
	// a body cut short.
	MaxBytes int64
}

// limit is the size in octets that the body may have.
func (r FetchRequest) limit() int64 {
	if r.MaxBytes > 0 {
		return r.MaxBytes
	}
	return DefaultFetchBytes
}

// FetchResponse is what the server sent.
type FetchResponse struct {
	// Status is the HTTP status code.
	Status int
	// Header holds those of KeptHeaders that were sent.
	Header http.Header
	// Body as sent: no Content-Encoding is undone.
	Body []byte
	// Certificates is the chain as the server presented it, leaf first. It was
	// verified against the host name and the trusted roots.
	Certificates []*x509.Certificate
	// TLSVersion is that of the connection, such as tls.VersionTLS13.
	TLSVersion uint16
	// Address is the "IP:port" that was talked to.
	Address string
}

// KeptHeaders are the response headers that a FetchResponse keeps: those that
// decide what a body means.
func KeptHeaders() []string {
	return []string{"Content-Encoding", "Content-Type", "Location", "Retry-After"}
}

// FetchErrorKind says why there is no response.
type FetchErrorKind string

// The kinds of fetch error. Their text is part of reports.
const (
	FetchBadURL      FetchErrorKind = "unusable URL"    // not https, no host, user info
	FetchDNS         FetchErrorKind = "dns"             // nobody could tell the addresses; Err is the *Error
	FetchNoAddress   FetchErrorKind = "no address"      // the host definitely has none
	FetchForbidden   FetchErrorKind = "private address" // its addresses are not on the public Internet
	FetchUnreachable FetchErrorKind = "unreachable"     // no connection to any address
	FetchTimeout     FetchErrorKind = "timeout"         // not done in time
	FetchTLS         FetchErrorKind = "tls"             // handshake, certificate or host name
	FetchHTTP        FetchErrorKind = "http"            // what came is not HTTP, or broke off
	FetchTooLarge    FetchErrorKind = "too large"       // the body exceeds the limit
	FetchOffline     FetchErrorKind = "offline"         // nothing may be fetched
	FetchNotRecorded FetchErrorKind = "not recorded"    // not in the recording
	FetchCancelled   FetchErrorKind = "cancelled"       // the run was stopped
)

// FetchErrorKinds lists the kinds.
func FetchErrorKinds() []FetchErrorKind {
	return []FetchErrorKind{
		FetchBadURL, FetchDNS, FetchNoAddress, FetchForbidden, FetchUnreachable, FetchTimeout,
		FetchTLS, FetchHTTP, FetchTooLarge, FetchOffline, FetchNotRecorded, FetchCancelled,
	}
}

// FetchError is a document that could not be had.
type FetchError struct {
	Kind    FetchErrorKind
	URL     string
	Address string // "IP:port" last tried, if any
	Detail  string // more, for people; may be empty
	// Certificates is the chain that was refused, when Kind is FetchTLS and the
	// server presented one.
	Certificates []*x509.Certificate
	Err          error // cause, may be nil; with FetchDNS an *Error
}

// Error is the URL, the kind and what more is known.
func (e *FetchError) Error() string {
	text := fmt.Sprintf("%s: %s", e.URL, e.Kind)
	if e.Address != "" {
		text += " from " + e.Address
	}
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	return text
}

// Unwrap is the cause: an *Error if the DNS failed.
func (e *FetchError) Unwrap() error { return e.Err }

// NoFetcher fetches nothing: every Fetch is FetchOffline.
type NoFetcher struct{}

// Fetch implements Fetcher.
func (NoFetcher) Fetch(_ context.Context, request FetchRequest) (FetchResponse, error) {
	return FetchResponse{}, &FetchError{Kind: FetchOffline, URL: request.URL}
}

// endedFetch is the error of a fetch whose context ended.
func endedFetch(ctx context.Context, url string) *FetchError {
	e := &FetchError{Kind: FetchCancelled, URL: url, Err: context.Cause(ctx)}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		e.Kind, e.Detail = FetchTimeout, "the time allowed was over"
	}
	return e
}
