// @era next memdesc
// @expect unsafe-contract 9
//
// A type without a release(): dropping its owner would free nothing.
import { Owned } from 'kernel'
class Table {
  entries = 512
}
using table = Owned.from_raw(new Table())
table.entries = 0
