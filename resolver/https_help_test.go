package resolver_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"

	"github.com/google/go-cmp/cmp/cmpopts"
)

// authority is a certificate authority of one test.
type authority struct {
	certificateOfCA *x509.Certificate
	key             *ecdsa.PrivateKey
	roots           *x509.CertPool
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test CA"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	ca := &authority{certificateOfCA: sign(t, template, template, &key.PublicKey, key), key: key, roots: x509.NewCertPool()}
	ca.roots.AddCert(ca.certificateOfCA)
	return ca
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sign(t *testing.T, template, parent *x509.Certificate, public *ecdsa.PublicKey, key *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

// certificate issues one for a host, valid for a day.
func (ca *authority) certificate(t *testing.T, host string) tls.Certificate {
	t.Helper()
	key := newKey(t)
	leaf := sign(t, &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, ca.certificateOfCA, &key.PublicKey, ca.key)
	return tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key}
}

// serve starts a server on loopback with a certificate for host and returns
// its port.
func (ca *authority) serve(t *testing.T, host string, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{ca.certificate(t, host)}}
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // refused handshakes are the point of some tests
	server.StartTLS()
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// fetcher trusts the authority, may dial loopback and resolves every name to
// 127.0.0.1.
func (ca *authority) fetcher() *resolver.HTTPS {
	return &resolver.HTTPS{Resolver: hostAnswers{a: []string{"127.0.0.1"}}.resolver(), Roots: ca.roots, AllowPrivate: true}
}

func (ca *authority) fetcherAt(now time.Time) *resolver.HTTPS {
	h := ca.fetcher()
	h.Now = func() time.Time { return now }
	return h
}

func (ca *authority) request(port string) resolver.FetchRequest {
	return resolver.FetchRequest{URL: "https://" + policyHost + ":" + port + "/.well-known/mta-sts.txt"}
}

func fetchKind(err error) resolver.FetchErrorKind {
	var failure *resolver.FetchError
	if errors.As(err, &failure) {
		return failure.Kind
	}
	return ""
}

var serverFailure = &resolver.Error{Kind: resolver.ServFail}

// hostAnswers are the addresses of every name; no address is NXDOMAIN.
type hostAnswers struct {
	a    []string
	errs map[resolver.Type]error
}

func (h hostAnswers) resolver() resolver.Resolver {
	return dnstest.Func(func(_ context.Context, q resolver.Question) (resolver.Answer, error) {
		answer := resolver.Answer{Question: q, Status: resolver.NXDomain}
		if err := h.errs[q.Type]; err != nil {
			return resolver.Answer{}, err
		}
		if q.Type == resolver.TypeA && len(h.a) > 0 {
			answer.Status, answer.OwnerExists = resolver.Data, true
			for _, text := range h.a {
				answer.Records = append(answer.Records, resolver.Record{Name: q.Name, Data: resolver.A{Addr: netip.MustParseAddr(text)}})
			}
		}
		return answer, nil
	})
}

func address(text string) netip.Addr { return netip.MustParseAddr(text) }

// replier gives the same reply to every query.
type replier struct{ reply resolver.Reply }

func (replier) Lookup(_ context.Context, q resolver.Question) (resolver.Answer, error) {
	return resolver.Answer{}, &resolver.Error{Kind: resolver.Offline, Question: q}
}

func (r replier) Exchange(context.Context, resolver.Query) (resolver.Reply, error) {
	return r.reply, nil
}

// sameAddress lets cmp compare addresses.
var sameAddress = cmpopts.EquateComparable(netip.Addr{})
