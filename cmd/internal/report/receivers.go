package report

import (
	"mailauth/checks"
	"mailauth/checks/catalog"
	"mailauth/checks/receivers"
)

// Receiver is what one receiver or guideline asks for, held against the domain.
type Receiver struct {
	Profile      string        `json:"profile"`
	Name         string        `json:"name"`
	Source       string        `json:"source"`
	Requirements []Requirement `json:"requirements"`
}

// Requirement is one thing asked for.
type Requirement struct {
	Need  receivers.Need  `json:"need"`
	Text  string          `json:"text"`
	Scope receivers.Scope `json:"scope"`
	State receivers.State `json:"state"`
	Since string          `json:"since"`
	// Rules are the findings of the report that stand in the way, and Mend what
	// to do where it is not met.
	Rules []string `json:"rules"`
	Mend  string   `json:"mend"`
}

// Receivers says in a language how an audit stands to the profiles named.
func Receivers(r *checks.Report, profiles []string, texts *catalog.Localizer) (built []Receiver) {
	for _, judged := range receivers.Judge(r, profiles) {
		receiver := Receiver{Profile: judged.ID, Name: texts.Text("receivers-name."+judged.ID, nil), Source: judged.Source}
		for _, row := range judged.Rows {
			requirement := Requirement{
				Need: row.Need, Text: texts.Text("receivers-need."+string(row.Need), nil),
				Scope: row.Scope, State: row.State, Since: row.Since, Rules: row.Rules,
			}
			if row.State == receivers.Unmet {
				requirement.Mend = texts.Text("receivers-mend."+string(row.Need), nil)
			}
			receiver.Requirements = append(receiver.Requirements, requirement)
		}
		built = append(built, receiver)
	}
	return built
}
