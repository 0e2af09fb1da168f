import { spawn } from 'node:child_process';

/** Opens a page where there is a desktop to open it on; answers whether it tried. */
export function openInBrowser(url: string): boolean {
  const { env, platform } = process;
  const isRemote = env.SSH_CONNECTION !== undefined || env.CI !== undefined;
  const hasDesktop = platform === 'darwin' || platform === 'win32' || Boolean(env.DISPLAY ?? env.WAYLAND_DISPLAY);
  if (isRemote || !hasDesktop) return false;
  const [program, ...rest] =
    platform === 'darwin' ? ['open', url] : platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler', url] : ['xdg-open', url];
  const child = spawn(program ?? '', rest, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined); // no such program: the link is printed anyway
  child.unref();
  return true;
}
