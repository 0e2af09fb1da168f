import { FullPage } from './full-page.tsx';
import { ShellCommand } from './shell-command.tsx';

export function Unreachable() {
  return (
    <FullPage title="Kalends is not answering">
      <p>Nothing answers at {location.host}. If it is not running, start it:</p>
      <ShellCommand>npm start</ShellCommand>
      <p className="text-sm" role="status">
        This page keeps trying and goes on by itself.
      </p>
    </FullPage>
  );
}
