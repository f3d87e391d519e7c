package checks

// Tri is a fact that may be open.
type Tri string

// The values of a Tri.
const (
	Yes  Tri = "yes"
	No   Tri = "no"
	Open Tri = "unknown"
)

// TriOf is Open unless known.
func TriOf(value, known bool) Tri {
	switch {
	case !known:
		return Open
	case value:
		return Yes
	}
	return No
}

// Or is Yes if either is; No only if both are.
func (t Tri) Or(other Tri) Tri {
	switch {
	case t == Yes || other == Yes:
		return Yes
	case t == No && other == No:
		return No
	}
	return Open
}

// And is No if either is; Yes only if both are.
func (t Tri) And(other Tri) Tri {
	switch {
	case t == No || other == No:
		return No
	case t == Yes && other == Yes:
		return Yes
	}
	return Open
}

// Not turns Yes into No and leaves Open open.
func (t Tri) Not() Tri {
	switch t {
	case Yes:
		return No
	case No:
		return Yes
	}
	return Open
}
