import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

export interface StickToBottom {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly isAtBottom: boolean;
  scrollToBottom(behavior?: ScrollBehavior): void;
}

const SLACK_PX = 48;

/** Keeps a scrolled box at its end while the content grows, until the reader scrolls up. */
export function useStickToBottom(): StickToBottom {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const isStuck = useRef(true);
  const lastTop = useRef(0);
  const [isAtBottom, setAtBottom] = useState(true);

  const scrollToBottom = useCallback((behavior: ScrollBehavior = 'instant') => {
    const box = scroller.current;
    isStuck.current = true;
    setAtBottom(true);
    box?.scrollTo({ top: box.scrollHeight, behavior });
  }, []);

  useEffect(() => {
    const box = scroller.current;
    const inner = content.current;
    if (box === null || inner === null) return;
    const onScroll = (): void => {
      const left = box.scrollHeight - box.clientHeight - box.scrollTop;
      // Only a movement upwards lets go: content that grows below also makes `left` large.
      if (left < SLACK_PX) isStuck.current = true;
      else if (box.scrollTop < lastTop.current) isStuck.current = false;
      lastTop.current = box.scrollTop;
      setAtBottom(isStuck.current);
    };
    const observer = new ResizeObserver(() => {
      if (isStuck.current) box.scrollTo({ top: box.scrollHeight, behavior: 'instant' });
    });
    box.addEventListener('scroll', onScroll, { passive: true });
    observer.observe(inner);
    observer.observe(box);
    return () => {
      box.removeEventListener('scroll', onScroll);
      observer.disconnect();
    };
  }, []);

  return { scroller, content, isAtBottom, scrollToBottom };
}
