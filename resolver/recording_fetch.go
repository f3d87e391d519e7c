package resolver

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
)

func parseFetch(entry jsonFetch) (RecordedFetch, error) {
	fetch := RecordedFetch{Request: FetchRequest{URL: entry.URL, Accept: entry.Accept}}
	if entry.URL == "" {
		return fetch, at("url", &FieldError{Code: "url", Found: "nothing", Expected: "an https URL"})
	}
	certificates, err := parseCertificates(entry.Certificates)
	if err != nil {
		return fetch, err
	}
	if entry.Error != "" {
		fetch.Err, err = parseFetchError(entry, certificates)
		return fetch, err
	}
	switch {
	case entry.DNS != nil || entry.Detail != "":
		return fetch, &FieldError{Code: "detail-without-error", Found: `"dns" or "detail" without "error"`, Expected: `"error" too`}
	case entry.Status < 100 || entry.Status > 999:
		return fetch, at("status", unexpected("http-status", strconv.Itoa(entry.Status), `an HTTP status from 100 to 999, or "error" in its place`))
	case entry.Body != "" && len(entry.BodyBase64) > 0:
		return fetch, &FieldError{Code: "body-twice", Found: `both "body" and "body_base64"`, Expected: "one of them"}
	}
	fetch.Response = FetchResponse{
		Status: entry.Status, Header: http.Header{}, Certificates: certificates, Address: entry.Address,
		Body: append([]byte(entry.Body), entry.BodyBase64...),
	}
	for _, name := range slices.Sorted(maps.Keys(entry.Header)) {
		for _, value := range entry.Header[name] {
			fetch.Response.Header.Add(name, value)
		}
	}
	fetch.Response.TLSVersion, err = parseTLSName(entry.TLS)
	return fetch, err
}

func parseFetchError(entry jsonFetch, certificates []*x509.Certificate) (*FetchError, error) {
	kind := FetchErrorKind(entry.Error)
	if !slices.Contains(FetchErrorKinds(), kind) {
		return nil, at("error", inQuotes("error-kind", entry.Error, "one of "+listed(FetchErrorKinds())).with("list", listed(FetchErrorKinds())))
	}
	if entry.Status != 0 || len(entry.Header) > 0 || entry.Body != "" || len(entry.BodyBase64) > 0 || entry.TLS != "" {
		return nil, &FieldError{Code: "error-beside-response", Found: `"error" beside a response`, Expected: "one of them"}
	}
	failure := &FetchError{Kind: kind, URL: entry.URL, Address: entry.Address, Detail: entry.Detail, Certificates: certificates}
	if entry.DNS == nil {
		return failure, nil
	}
	q, err := parseQuestion(entry.DNS.Name, entry.DNS.Type)
	if err != nil {
		return nil, at("dns", err)
	}
	cause, err := parseFailure(q, entry.DNS.jsonFailure)
	if err != nil {
		return nil, at("dns", err)
	}
	if cause == nil {
		return nil, at("dns", &FieldError{Code: "dns-without-error", Found: `no "error"`, Expected: "the error of the question"})
	}
	failure.Err = cause
	return failure, nil
}

func parseCertificates(ders [][]byte) ([]*x509.Certificate, error) {
	var certificates []*x509.Certificate
	for i, der := range ders {
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, at(fmt.Sprintf("certificates[%d]", i), &FieldError{Code: "certificate", Args: Args{"why": err.Error()}, Found: "no certificate: " + err.Error(), Expected: "an X.509 certificate, DER in base64"})
		}
		certificates = append(certificates, certificate)
	}
	return certificates, nil
}

func parseTLSName(text string) (uint16, error) {
	for version := uint16(tls.VersionTLS10); version <= tls.VersionTLS13; version++ {
		if tls.VersionName(version) == text {
			return version, nil
		}
	}
	if text == "" {
		return 0, nil
	}
	return 0, at("tls", inQuotes("tls-version", text, `a version such as "TLS 1.3"`))
}
