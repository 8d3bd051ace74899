// Case misuse_list: list links after list_del() and of wrong lists.
// @machine memory=512M debug=on
// Measured: here-kasan debug=on
import { INIT_LIST_HEAD, list_add, list_del, list_del_init, list_empty, list_head, list_move } from 'linux'
import { lone, say } from './values.ts'

lone('list_poison', () => {
  const a: any = new list_head(),
    b: any = new list_head()
  INIT_LIST_HEAD(a)
  INIT_LIST_HEAD(b)
  list_add(a, b)
  list_del(a)
  say(101, 1, 'go')
  list_del(a)
  say(102, 1, 'done')
})

lone('l_twice', () => {
  const hd: any = new list_head(),
    e1: any = new list_head(),
    e2: any = new list_head()
  INIT_LIST_HEAD(hd)
  list_add(e1, hd)
  list_del(e1)
  say(201, 1, 'go')
  list_del(e1)
  say(202, 1, 'done')
})

lone('l_never', () => {
  const hd: any = new list_head(),
    e1: any = new list_head(),
    e2: any = new list_head()
  INIT_LIST_HEAD(hd)
  say(301, 1, 'go')
  list_del(e1)
  say(302, 1, 'done')
})

lone('l_init_twice', () => {
  const hd: any = new list_head(),
    e1: any = new list_head(),
    e2: any = new list_head()
  INIT_LIST_HEAD(hd)
  list_add(e1, hd)
  list_del_init(e1)
  say(401, 1, 'go')
  list_del(e1)
  say(402, 1, 'done')
})

lone('l_add_deleted', () => {
  const hd: any = new list_head(),
    e1: any = new list_head(),
    e2: any = new list_head()
  INIT_LIST_HEAD(hd)
  list_add(e1, hd)
  list_del(e1)
  say(501, 1, 'go')
  list_add(e1, hd)
  say(502, 1, 'done')
})

lone('l_del_then_init', () => {
  const hd: any = new list_head(),
    e1: any = new list_head(),
    e2: any = new list_head()
  INIT_LIST_HEAD(hd)
  list_add(e1, hd)
  list_del(e1)
  say(601, 1, 'go')
  list_del_init(e1)
  say(602, 1, 'done')
})

lone('l_del_move', () => {
  const hd: any = new list_head(),
    e1: any = new list_head(),
    e2: any = new list_head()
  INIT_LIST_HEAD(hd)
  list_add(e1, hd)
  list_del(e1)
  say(701, 1, 'go')
  list_move(e1, hd)
  say(702, 1, 'done')
})

lone('l_empty_deleted', () => {
  const hd: any = new list_head(),
    e1: any = new list_head(),
    e2: any = new list_head()
  INIT_LIST_HEAD(hd)
  list_add(e1, hd)
  list_del(e1)
  say(801, 1, 'go')
  say(802, list_empty(e1), 'e')
  say(803, 1, 'done')
})

lone('l_head_deleted', () => {
  const hd: any = new list_head(),
    e1: any = new list_head(),
    e2: any = new list_head()
  INIT_LIST_HEAD(hd)
  list_add(e1, hd)
  list_del(hd)
  say(901, 1, 'go')
  say(902, list_empty(hd), 'e')
  list_add(e2, hd)
  say(903, 1, 'done')
})

lone('l_add_twice', () => {
  const hd: any = new list_head(),
    e1: any = new list_head(),
    e2: any = new list_head()
  INIT_LIST_HEAD(hd)
  list_add(e1, hd)
  say(1001, 1, 'go')
  list_add(e1, hd)
  say(1002, 1, 'done')
})

lone('l_add_uninit_head', () => {
  const hd: any = new list_head(),
    e1: any = new list_head(),
    e2: any = new list_head()
  INIT_LIST_HEAD(hd)
  say(1101, 1, 'go')
  list_add(e1, e2)
  say(1102, 1, 'done')
})
