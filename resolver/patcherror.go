package resolver

import (
	"errors"
	"fmt"
	"strings"
)

// EditError is an edit that cannot be made.
type EditError struct {
	Edit   Edit
	Code   string // stable, kebab-case; FaultCodes lists them
	Args   Args
	Detail string // the reason in English
}

// Error is "name TYPE: the reason".
func (e *EditError) Error() string {
	return fmt.Sprintf("%s %s: %s", e.Edit.Name, e.Edit.Type, e.Detail)
}

// unreadableEdit is an edit whose name or data is no such thing.
func unreadableEdit(e Edit, text string, err error) *EditError {
	field := &FieldError{Code: "data", Args: Args{"found": text, "type": mnemonic(e.Type), "why": err.Error()}}
	var name *NameError
	if !errors.As(err, &field) && errors.As(err, &name) {
		field = unusableName(text, text, name)
	}
	return &EditError{e, field.Code, field.Args, err.Error()}
}

// cnameBeside refuses a CNAME at a name with records of other types (RFC 1034
// §3.6.2).
func cnameBeside(e Edit, types []string) *EditError {
	all := strings.Join(types, ", ")
	return &EditError{e, "cname-beside-data", Args{"types": all}, "a CNAME cannot stand beside other records: " + all}
}
