package checks

import "fmt"

// Severity weighs a finding. The zero value is no severity at all.
type Severity uint8

const (
	// Info is hygiene or a fact.
	Info Severity = iota + 1
	// Warning works today but is weak, fragile or ignored in part.
	Warning
	// Error makes a conforming receiver return none, permerror or fail, or a
	// named receiver reject.
	Error
)

var severityNames = [...]string{Info: "info", Warning: "warning", Error: "error"}

// String is "info", "warning" or "error".
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return ""
}

// ParseSeverity reads "info", "warning" or "error".
func ParseSeverity(text string) (Severity, error) {
	for s, name := range severityNames {
		if name == text && name != "" {
			return Severity(s), nil
		}
	}
	return 0, fmt.Errorf("found severity %q, expected info, warning or error", text)
}

// MarshalText writes the name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name.
func (s *Severity) UnmarshalText(b []byte) (err error) {
	*s, err = ParseSeverity(string(b))
	return err
}

// Status is the outcome of a check, and of a report over its checks.
type Status string

// The statuses. In a report fail > unknown > warn > pass; none is not applicable.
const (
	StatusPass    Status = "pass"
	StatusWarn    Status = "warn"
	StatusUnknown Status = "unknown"
	StatusFail    Status = "fail"
	StatusNone    Status = "none"
)

var statusRank = map[Status]int{StatusNone: 0, StatusPass: 1, StatusWarn: 2, StatusUnknown: 3, StatusFail: 4}

// Worse returns the status that decides when both hold.
func (s Status) Worse(other Status) Status {
	if statusRank[other] > statusRank[s] {
		return other
	}
	return s
}
