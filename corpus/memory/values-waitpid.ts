// @machine memory=64M debug=off
// @expect none
//
// Whom waitpid() waits for, and what it returns.
import { exit, fork, spawn, waitpid, WNOHANG } from 'user'
import { is } from './is.ts'

const ECHILD = -10
spawn('parent', () => {
  is('no children', waitpid(-1), ECHILD)
  is('nobody of that pid', waitpid(4711), ECHILD)
  const first = fork(() => exit(3))
  const second = fork(() => exit(4))
  is('they did not run yet', waitpid(-1, null, WNOHANG), 0)
  const status: number[] = []
  is('the one that ended', waitpid(-1, status), first)
  is('its status', status[0], 3 << 8)
  is('it is gone', waitpid(first), ECHILD)
  is('the other', waitpid(-1, status), second)
  is('its status', status[0], 4 << 8)
  is('none is left', waitpid(-1), ECHILD)
})
