import { FullPage } from './full-page.tsx';
import { ShellCommand } from './shell-command.tsx';

export function SignedOut() {
  return (
    <FullPage title="You are signed out">
      <p>Kalends lets in only the person whose machine it runs on. Run this in a terminal there for a new sign-in link:</p>
      <ShellCommand>npx kalends open</ShellCommand>
      <p className="text-sm">A link works once and for a short time. Your bookings and conversations are untouched.</p>
    </FullPage>
  );
}
