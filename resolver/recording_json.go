package resolver

import "encoding/json"

// The recording's text form. Entries are decoded one by one so that an error
// can say which.
type (
	jsonRecording struct {
		Version    int               `json:"version"`
		Tool       string            `json:"tool"`
		RecordedAt string            `json:"recorded_at"`
		Resolver   string            `json:"resolver"`
		Seed       uint64            `json:"seed,omitempty"`
		Domains    []string          `json:"domains"`
		Answers    []json.RawMessage `json:"answers"`
		Exchanges  []json.RawMessage `json:"exchanges,omitempty"`
		Names      []json.RawMessage `json:"names,omitempty"`
		Fetches    []json.RawMessage `json:"fetches,omitempty"`
	}

	jsonAnswer struct {
		Name      string   `json:"name"`
		Type      string   `json:"type"`
		Status    string   `json:"status,omitempty"`
		Records   []string `json:"records,omitempty"`
		Chain     []string `json:"chain,omitempty"`
		TTL       *uint32  `json:"ttl,omitempty"`
		Cached    bool     `json:"cached,omitempty"`
		Authentic bool     `json:"authentic,omitempty"`
		Source    string   `json:"source,omitempty"`
		jsonFailure
	}

	jsonExchange struct {
		Query jsonQuery  `json:"query"`
		Reply *jsonReply `json:"reply,omitempty"`
		jsonFailure
	}

	jsonQuery struct {
		Name   string   `json:"name"`
		Type   string   `json:"type"`
		Server string   `json:"server,omitempty"`
		Net    string   `json:"net,omitempty"`
		Flags  []string `json:"flags,omitempty"`
	}

	jsonReply struct {
		Rcode     string   `json:"rcode"`
		Flags     []string `json:"flags,omitempty"`
		Answer    []string `json:"answer,omitempty"`
		Authority []string `json:"authority,omitempty"`
		EDE       []uint16 `json:"ede,omitempty"`
		Size      int      `json:"size,omitempty"`
		Server    string   `json:"server,omitempty"`
		Net       string   `json:"net,omitempty"`
	}

	// jsonFailure stands in the place of an answer.
	jsonFailure struct {
		Error  string `json:"error,omitempty"`
		Server string `json:"server,omitempty"`
		Detail string `json:"detail,omitempty"`
	}

	jsonNames struct {
		Below    string   `json:"below"`
		Names    []string `json:"names"`
		Complete bool     `json:"complete"`
	}

	jsonFetch struct {
		URL          string              `json:"url"`
		Accept       string              `json:"accept,omitempty"`
		Status       int                 `json:"status,omitempty"`
		Header       map[string][]string `json:"header,omitempty"`
		Body         string              `json:"body,omitempty"`
		BodyBase64   []byte              `json:"body_base64,omitempty"` // in place of body, when that is no text
		TLS          string              `json:"tls,omitempty"`
		Error        string              `json:"error,omitempty"`
		Detail       string              `json:"detail,omitempty"`
		DNS          *jsonCause          `json:"dns,omitempty"` // the question that failed, with the error "dns"
		Address      string              `json:"address,omitempty"`
		Certificates [][]byte            `json:"certificates,omitempty"` // DER, leaf first
	}

	jsonCause struct {
		Name string `json:"name"`
		Type string `json:"type"`
		jsonFailure
	}
)
