// @era all
// @expect wild-access 8
//
// A static entry is taken off its list twice: list_del() poisoned its links the first time.
import { LIST_HEAD, list_add, list_del, list_head } from 'linux'
const [head, entry] = [LIST_HEAD('head'), new list_head()]
list_add(entry, head)
for (let i = 0; i < 2; i++) list_del(entry)
