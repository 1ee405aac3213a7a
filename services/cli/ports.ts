import { createServer } from 'node:net'
import { CommandFailure } from './failure.ts'

/** Says which setting to change, before minutes are spent on opening what could not be reached. */
export async function checkPortFree(host: string, port: number, setting: string): Promise<void> {
  if (port === 0 || (await canListen(host, port))) return
  throw new CommandFailure(
    `port ${port} of ${host} is taken: stop what listens there, or set ${setting} to another port (0: any that is free)`,
  )
}

function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => {
      if ('code' in error && error.code === 'EADDRINUSE') resolve(false)
      else reject(error)
    })
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}
