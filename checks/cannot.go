package checks

import (
	"errors"

	"mailauth/resolver"
)

// CannotApply says why edits cannot be laid over the DNS: which edit, and the
// stable code of the reason with its arguments, or the kind of failure of a
// question behind it. "error" says it in English.
func CannotApply(err error) *Text {
	args := Args{"name": "", "type": "", "error": err.Error()}
	var edit *resolver.EditError
	var failed *resolver.Error
	switch {
	case errors.As(err, &edit):
		args["name"], args["type"], args["error"] = edit.Edit.Name, edit.Edit.Type.String(), edit.Detail
		args["code"], args["args"] = edit.Code, map[string]string(edit.Args)
	case errors.As(err, &failed):
		args["name"], args["type"], args["error"] = failed.Question.Name, failed.Question.Type.String(), failed.Detail
		args["kind"] = string(failed.Kind)
	}
	return &Text{ID: "trial.cannot-apply", Args: args}
}
