// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// A condition that does not hold says nothing.
import { pr_info, WARN_ON } from 'linux'

let users = 1
if (WARN_ON(users !== 1)) users = 1
pr_info(`${users}`)
