package bimi

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxLogo is the size in octets that receivers accept for a logo.
const maxLogo = 32 << 10

// SVGFaultKind says in what way a document is no SVG Tiny PS.
type SVGFaultKind string

// The kinds of fault, worst first.
const (
	NotXML       SVGFaultKind = "not-xml"        // it cannot be read as XML
	NotUTF8      SVGFaultKind = "not-utf8"       // it is in another encoding, which it declares
	NotSVGRoot   SVGFaultKind = "not-svg-root"   // its first element is no svg of the SVG namespace
	Entities     SVGFaultKind = "entities"       // it declares entities
	Forbidden    SVGFaultKind = "element"        // an element for script, animation, images or interaction
	EventHandler SVGFaultKind = "handler"        // an on… attribute
	ExternalRef  SVGFaultKind = "reference"      // a reference out of the document
	WrongProfile SVGFaultKind = "profile"        // baseProfile is not tiny-ps
	WrongVersion SVGFaultKind = "version"        // version is not 1.2
	NoTitle      SVGFaultKind = "no-title"       // no title, or an empty one, in the root
	RootPosition SVGFaultKind = "position"       // x or y on the root
	TooManyBytes SVGFaultKind = "too-many-bytes" // more than 32 KiB
	NotSquare    SVGFaultKind = "not-square"     // receivers crop to a square or a circle
)

// SVGFault is one thing that is wrong with a logo, and what was found there.
type SVGFault struct {
	Kind  SVGFaultKind `json:"fault"`
	Found string       `json:"found,omitempty"`
}

// Weak reports a fault for which receivers may still show the logo.
func (f SVGFault) Weak() bool { return f.Kind == NotSquare }

// forbidden are elements of SVG that SVG Tiny PS does not have (draft §2.3):
// what moves, runs, reacts or shows pictures made elsewhere. Lower case.
var forbidden = map[string]bool{
	"script": true, "handler": true, "listener": true, "animate": true, "animatecolor": true, "animatemotion": true,
	"animatetransform": true, "set": true, "mpath": true, "discard": true, "image": true, "foreignobject": true,
	"audio": true, "video": true, "animation": true, "prefetch": true, "iframe": true,
}

const svgNamespace = "http://www.w3.org/2000/svg"

// InspectSVG reads a document and lists everything that SVG Tiny PS does not
// allow in it, each kind once, worst first.
func InspectSVG(document []byte) []SVGFault {
	s := &svg{seen: map[SVGFaultKind]bool{}}
	if err := s.read(document); err != nil {
		kind, found := NotXML, err.Error()
		if s.charset != "" && !utf8.Valid(document) {
			kind, found = NotUTF8, s.charset
		}
		s.add(kind, found)
		return s.faults[len(s.faults)-1:]
	}
	if len(document) > maxLogo {
		s.add(TooManyBytes, strconv.Itoa(len(document)))
	}
	return s.sorted()
}

// svg is a document while it is read.
type svg struct {
	depth   int
	title   bool // within the title of the root
	titled  bool
	charset string // the encoding that it declares, unless that is UTF-8
	cut     bool   // not read to its end
	faults  []SVGFault
	seen    map[SVGFaultKind]bool
}

func (s *svg) add(kind SVGFaultKind, found string) {
	if s.seen[kind] {
		return
	}
	if len(found) > 80 {
		found = found[:80]
	}
	s.seen[kind] = true
	s.faults = append(s.faults, SVGFault{kind, strings.ToValidUTF8(found, "?")})
}

// maxDepth is the nesting beyond which a document is not read further.
const maxDepth = 200

// read goes through the document once. Entities other than XML's own are not
// expanded but an error of the reader, so that there is nothing to blow up.
func (s *svg) read(document []byte) error {
	d := xml.NewDecoder(bytes.NewReader(document))
	d.CharsetReader = func(charset string, input io.Reader) (io.Reader, error) {
		s.charset = charset
		return input, nil
	}
	for first := true; ; {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && first:
			return errors.New("no element")
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && s.seen[Entities]: // what is declared there is used
			s.cut = true
			return nil
		case err != nil:
			return errors.New(strings.TrimPrefix(err.Error(), "XML syntax error on "))
		}
		switch t := token.(type) {
		case xml.Directive:
			if strings.Contains(string(t), "<!ENTITY") {
				s.add(Entities, "<!ENTITY")
			}
		case xml.StartElement:
			if s.depth++; s.depth > maxDepth {
				return errors.New("more than " + strconv.Itoa(maxDepth) + " elements within each other")
			}
			s.element(t, first)
			first = false
		case xml.EndElement:
			s.depth--
			s.title = s.title && s.depth >= 2
		case xml.CharData:
			s.titled = s.titled || s.title && strings.TrimSpace(string(t)) != ""
		}
	}
}

func (s *svg) element(t xml.StartElement, root bool) {
	switch {
	case root:
		s.root(t)
	case s.depth == 2 && t.Name.Local == "title":
		s.title = true
	case t.Name.Space == svgNamespace && forbidden[strings.ToLower(t.Name.Local)]:
		s.add(Forbidden, t.Name.Local)
	}
	for _, a := range t.Attr {
		s.attribute(a)
	}
}

func (s *svg) attribute(a xml.Attr) {
	name := strings.ToLower(a.Name.Local)
	value := strings.TrimSpace(a.Value)
	switch {
	case a.Name.Space == "xmlns" || name == "xmlns":
	case strings.HasPrefix(name, "on") && a.Name.Space == "":
		s.add(EventHandler, a.Name.Local)
	case name == "href" && value != "" && !strings.HasPrefix(value, "#"):
		s.add(ExternalRef, value)
	default:
		if target, ok := outside(value); ok {
			s.add(ExternalRef, target)
		}
	}
}

// outside finds a CSS url() that does not point into the document.
func outside(value string) (target string, ok bool) {
	for {
		i := strings.Index(strings.ToLower(value), "url(")
		if i < 0 {
			return "", false
		}
		value = value[i+len("url("):]
		target, _, _ = strings.Cut(value, ")")
		if target = strings.Trim(target, " \t\r\n'\""); !strings.HasPrefix(target, "#") {
			return target, true
		}
	}
}

// root looks at the svg element itself.
func (s *svg) root(t xml.StartElement) {
	if t.Name.Local != "svg" || t.Name.Space != svgNamespace {
		s.add(NotSVGRoot, t.Name.Local)
		return
	}
	value := map[string]string{}
	for _, a := range t.Attr {
		if a.Name.Space == "" {
			value[a.Name.Local] = strings.TrimSpace(a.Value)
		}
	}
	if value["baseProfile"] != "tiny-ps" {
		s.add(WrongProfile, value["baseProfile"])
	}
	if value["version"] != "1.2" {
		s.add(WrongVersion, value["version"])
	}
	for _, name := range []string{"x", "y"} {
		if _, has := value[name]; has {
			s.add(RootPosition, name)
		}
	}
	if w, h, ok := extent(value); ok && w != h {
		s.add(NotSquare, number(w)+" × "+number(h))
	}
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// extent is the size of the drawing: of its viewBox, else its width and height.
func extent(value map[string]string) (w, h float64, ok bool) {
	box := strings.FieldsFunc(value["viewBox"], func(r rune) bool { return r == ' ' || r == ',' || r == '\t' || r == '\n' || r == '\r' })
	if len(box) == 4 {
		box = box[2:]
	} else {
		box = []string{strings.TrimSuffix(value["width"], "px"), strings.TrimSuffix(value["height"], "px")}
	}
	w, errW := strconv.ParseFloat(box[0], 64)
	h, errH := strconv.ParseFloat(box[1], 64)
	return w, h, errW == nil && errH == nil
}

// sorted adds what only the end shows and puts the faults in order. A document
// that is no SVG at all has only that fault.
func (s *svg) sorted() (faults []SVGFault) {
	if !s.titled && !s.cut {
		s.add(NoTitle, "")
	}
	for _, kind := range []SVGFaultKind{NotSVGRoot, Entities, Forbidden, EventHandler, ExternalRef, WrongProfile, WrongVersion, NoTitle, RootPosition, TooManyBytes, NotSquare} {
		for _, f := range s.faults {
			if f.Kind == kind {
				faults = append(faults, f)
			}
		}
		if kind == NotSVGRoot && len(faults) > 0 {
			return faults
		}
	}
	return faults
}

// unpack undoes gzip (an SVGZ document), up to a limit.
func unpack(document []byte) ([]byte, error) {
	if !bytes.HasPrefix(document, []byte{0x1f, 0x8b}) {
		return document, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(document))
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(io.LimitReader(z, maxDocument+1))
	switch {
	case err != nil:
		return nil, err
	case len(plain) > maxDocument:
		return nil, errors.New("more than 512 KiB when unpacked")
	}
	return plain, nil
}

// readLogo looks into the document at l.
func readLogo(d Document) *Logo {
	l := &Logo{Document: d}
	if !d.OK() {
		return l
	}
	image, err := unpack(d.body)
	if err != nil {
		l.Faults = []SVGFault{{NotXML, err.Error()}}
		return l
	}
	l.image, l.Bytes = image, len(image)
	l.Faults = InspectSVG(image)
	if len(d.body) <= maxLogo { // what is fetched is small enough
		l.Faults = slices.DeleteFunc(l.Faults, func(f SVGFault) bool { return f.Kind == TooManyBytes })
	}
	return l
}
