// ends: depth
import { pr_info } from 'linux'
pr_info('before')
function go(n: number): number {
  return go(n + 1) + 1
}
go(0)
