// @era all
// @expect none
//
// The error paths of both tables once, by fault injection.
import { pr_info } from 'linux'
import { fail_next } from 'sim'
import { extent_add, extent_read, extent_remove, extents_exit } from './extents.ts'
import {
  session_create, session_destroy, session_lookup, session_put, sessions_exit, sessions_init,
} from './sessions.ts'

fail_next('kzalloc')
pr_info(`no extent: ${extent_add(1, 0x11)}`)
fail_next('alloc_page')
pr_info(`no page: ${extent_add(1, 0x11)}`)
pr_info(`added: ${extent_add(1, 0x11)}`)
pr_info(`added twice: ${extent_add(1, 0x12)}`)
pr_info(`read: 0x${extent_read(1, () => undefined).toString(16)}`)
pr_info(`read what is not there: ${extent_read(2, () => undefined)}`)
pr_info(`removed what is not there: ${extent_remove(2)}`)
extents_exit([1])

fail_next('kmem_cache_create')
pr_info(`no cache: ${sessions_init()}`)
sessions_init()
fail_next('kmem_cache_alloc')
pr_info(`no session: ${session_create(1, 100)}`)
const session = session_create(1, 100)!
pr_info(`not in the table: ${session_lookup(2, () => undefined)}`)
const dying = session_lookup(1, () => {
  session_destroy(session)
})
pr_info(`found while it died: ${dying}`)
if (dying !== null) session_put(dying)
sessions_exit()
