import { useEffect, useState } from 'react';

const LONGEST_TIMER_MS = 2_147_483_647;

/** Whether the moment has passed; turns true by itself when it does. */
export function useExpiry(expiresAt: string): boolean {
  const moment = Date.parse(expiresAt);
  const [isOver, setOver] = useState(() => moment <= Date.now());
  useEffect(() => {
    const leftMs = moment - Date.now();
    setOver(leftMs <= 0);
    if (leftMs <= 0) return;
    const timer = setTimeout(() => setOver(moment <= Date.now()), Math.min(leftMs + 50, LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  }, [moment]);
  return isOver;
}
