package catalog

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// placeholders collects the fields that any plural form of a message names,
// sorted.
func placeholders(m *i18n.Message) ([]string, error) {
	names := []string{}
	for _, form := range forms(m) {
		if !strings.Contains(form, "{{") {
			continue
		}
		t, err := template.New(m.ID).Parse(form)
		if err != nil {
			return nil, fmt.Errorf("text %s: %w", m.ID, err)
		}
		if t.Tree != nil {
			names = fields(t.Root, names)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

func forms(m *i18n.Message) []string {
	all := []string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other}
	return slices.DeleteFunc(all, func(form string) bool { return form == "" })
}

// fields appends the names of all fields in the tree below a node.
func fields(node parse.Node, names []string) []string {
	if node == nil || reflect.ValueOf(node).IsNil() {
		return names
	}
	switch n := node.(type) {
	case *parse.ListNode:
		for _, child := range n.Nodes {
			names = fields(child, names)
		}
	case *parse.ActionNode:
		names = fields(n.Pipe, names)
	case *parse.PipeNode:
		for _, command := range n.Cmds {
			names = fields(command, names)
		}
	case *parse.CommandNode:
		for _, arg := range n.Args {
			names = fields(arg, names)
		}
	case *parse.FieldNode:
		names = append(names, n.Ident[0])
	case *parse.IfNode:
		names = branch(&n.BranchNode, names)
	case *parse.WithNode:
		names = branch(&n.BranchNode, names)
	case *parse.RangeNode:
		names = branch(&n.BranchNode, names)
	}
	return names
}

func branch(n *parse.BranchNode, names []string) []string {
	names = fields(n.Pipe, names)
	names = fields(n.List, names)
	return fields(n.ElseList, names)
}
