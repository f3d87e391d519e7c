package report

import (
	"bytes"
	"encoding/json"
	"io"

	"mailauth/checks"
)

// SimulationJSON writes one document, a line for each target as soon as it is
// there: of a hundred thousand none is kept.
type SimulationJSON struct {
	out     io.Writer
	head    SimulationHead
	encoder *json.Encoder
	buffer  bytes.Buffer
	written int
	// fates are the encoded answers for single addresses: many share one.
	fates map[*SPF][]byte
}

// NewSimulationJSON returns a renderer that writes JSON.
func NewSimulationJSON(out io.Writer, head SimulationHead) *SimulationJSON {
	head.Version = Version
	j := &SimulationJSON{out: out, head: head, fates: map[*SPF][]byte{}}
	j.encoder = json.NewEncoder(&j.buffer)
	j.encoder.SetEscapeHTML(false)
	return j
}

// Simulation writes a target.
func (j *SimulationJSON) Simulation(s Simulation) error {
	if s.SPF == nil {
		return j.item(s)
	}
	about, err := j.encode(struct {
		Client
		Passes checks.Tri `json:"passes"`
	}{s.Client, s.Passes})
	if err != nil {
		return err
	}
	fate, err := j.fate(s.Fate)
	if err != nil {
		return err
	}
	about[len(about)-1] = ','
	return j.write(append(about, fate[1:]...))
}

// fate is an answer on one line, encoded once.
func (j *SimulationJSON) fate(f Fate) (text []byte, err error) {
	if known := j.fates[f.SPF]; known != nil {
		return known, nil
	}
	if len(j.fates) >= maxFates {
		clear(j.fates)
	}
	j.fates[f.SPF], err = j.encode(f)
	return j.fates[f.SPF], err
}

// Change writes a target before and after a change.
func (j *SimulationJSON) Change(c Change) error { return j.item(c) }

// list is the name of the list that the targets stand in.
func (j *SimulationJSON) list() string {
	if j.head.Before != "" {
		return "changes"
	}
	return "simulations"
}

// item encodes and writes one line.
func (j *SimulationJSON) item(v any) error {
	text, err := j.encode(v)
	if err != nil {
		return err
	}
	return j.write(text)
}

// write writes one line; before the first one what the document begins with.
func (j *SimulationJSON) write(text []byte) error {
	between := ",\n"
	if j.written == 0 {
		if err := j.begin(); err != nil {
			return err
		}
		between = "\n"
	}
	j.written++
	if _, err := io.WriteString(j.out, between); err != nil {
		return err
	}
	_, err := j.out.Write(text)
	return err
}

// begin writes what stands before the list, and opens it.
func (j *SimulationJSON) begin() error {
	text, err := j.encode(j.head)
	if err != nil {
		return err
	}
	text = append(text[:len(text)-1], `,"`+j.list()+`":[`...)
	_, err = j.out.Write(text)
	return err
}

// encode is a value on one line, with nothing in it that a terminal obeys.
func (j *SimulationJSON) encode(v any) ([]byte, error) {
	j.buffer.Reset()
	if err := j.encoder.Encode(v); err != nil {
		return nil, err
	}
	return escapeInvisible(bytes.TrimSuffix(j.buffer.Bytes(), []byte("\n"))), nil
}

// jsonEnd is what stands behind the list.
type jsonEnd struct {
	Transition *Transition `json:"transition,omitempty"`
	Fix        *Fix        `json:"fix,omitempty"`
	Covers     []string    `json:"fix_covers,omitempty"`
	Advice     string      `json:"advice,omitempty"`
	Left       []LeftOut   `json:"left_out,omitempty"`
	Problems   []BadLine   `json:"problems"`
}

// Close writes the end of the document.
func (j *SimulationJSON) Close(end SimulationEnd) error {
	between := "\n],"
	if j.written == 0 {
		if err := j.begin(); err != nil {
			return err
		}
		between = "],"
	}
	rest := jsonEnd{end.Transition, end.Fix, end.Covered, end.Advice, end.Left, append([]BadLine{}, end.Bad...)}
	text, err := j.encode(rest)
	if err != nil {
		return err
	}
	_, err = j.out.Write(append(append([]byte(between), text[1:]...), '\n'))
	return err
}
