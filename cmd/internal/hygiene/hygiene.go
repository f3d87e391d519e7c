// Package hygiene holds no code: its tests keep the rules of the house. Imports
// run one way, only the resolver knows the wire library, nothing happens in
// init, and no package-level variable is assigned after its declaration.
package hygiene
