/** The room of this address, and the secret of a host's link. That is kept for this tab and leaves the address, which people copy and show. */
export function takeRoomAddress(): { readonly name: string; readonly roomKey: string | undefined } {
  const url = new URL(location.href);
  const name = decodeURIComponent(url.pathname.split('/')[2] ?? '');
  const given = url.searchParams.get('roomKey') ?? undefined;
  if (given !== undefined) {
    keep(keyOf(name), given);
    url.searchParams.delete('roomKey');
    history.replaceState(null, '', url);
  }
  return { name, roomKey: given ?? recall(keyOf(name)) };
}

/** The link for guests: without any secret. */
export function guestLink(name: string): string {
  return `${location.origin}/rooms/${encodeURIComponent(name)}`;
}

const keyOf = (name: string) => `kalends-room-key:${name}`;

/** Remembers something for this tab; a browser that keeps nothing forgets it with the page. */
export function keep(key: string, value: string | undefined, storage: () => Storage = () => sessionStorage): void {
  try {
    if (value === undefined) storage().removeItem(key);
    else storage().setItem(key, value);
  } catch {
    // Storage is blocked.
  }
}

export function recall(key: string, storage: () => Storage = () => sessionStorage): string | undefined {
  try {
    return storage().getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}
