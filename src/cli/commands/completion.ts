import { AppError } from '../../errors.ts';
import type { Terminal } from '../terminal.ts';

const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `# Add to ~/.bashrc: eval "$(kalends completion bash)"
# A colon is a part of a word here: integrations:list.
COMP_WORDBREAKS=\${COMP_WORDBREAKS//:}
_kalends() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(kalends __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _kalends kalends
`,
  zsh: `#compdef kalends
# Add to ~/.zshrc, after compinit: eval "$(kalends completion zsh)"
_kalends() {
  local -a found
  found=("\${(@f)$(kalends __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found" ]]; then compadd -- $found; else _files; fi
}
compdef _kalends kalends
`,
  fish: `# Save as ~/.config/fish/completions/kalends.fish
function __kalends_complete
  set -l words (commandline -opc) (commandline -ct)
  kalends __complete -- $words[2..-1] 2>/dev/null
end
complete -c kalends -f -a '(__kalends_complete)'
`,
};

/** The script that a shell reads to complete commands. */
export async function printCompletion(shell: string, terminal: Terminal): Promise<number> {
  const script = SCRIPTS[shell];
  if (script === undefined) {
    throw new AppError('invalid_input', `There is no completion for "${shell}".`, {
      hint: `There is one for ${Object.keys(SCRIPTS).join(', ')}.`,
    });
  }
  terminal.print(script.trimEnd());
  return 0;
}
