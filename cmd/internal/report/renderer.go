package report

// Renderer shows reports in one format. Calls come one after another, in the
// order in which the user named the domains.
type Renderer interface {
	// Report shows the audit of a domain.
	Report(Report) error
	// Problem shows why a domain could not be audited.
	Problem(Problem) error
	// Close ends the output.
	Close() error
}
