import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

export interface StickToBottom {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly isAtBottom: boolean;
  /** Goes on following what is added. */
  follow(): void;
  goToBottom(): void;
}

const SLACK_PX = 48;
const HEADROOM_PX = 20;

/**
 * Follows the end of a scrolled box while its content grows, until the reader scrolls up. It stops where the newest element that matches
 * `anchor` would leave the view, so that a long answer is read from its beginning.
 */
export function useStickToBottom(anchor: string): StickToBottom {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const isFollowing = useRef(true);
  const lastTop = useRef(0);
  const [isAtBottom, setAtBottom] = useState(true);

  const keepUp = useCallback(() => {
    const box = scroller.current;
    if (box === null) return;
    const newest = [...box.querySelectorAll(anchor)].at(-1);
    const bottom = box.scrollHeight - box.clientHeight;
    const anchorTop =
      newest === undefined ? bottom : newest.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop - HEADROOM_PX;
    // Never upwards: a reader who is ahead stays there.
    if (isFollowing.current) box.scrollTop = Math.max(box.scrollTop, Math.min(bottom, anchorTop));
    setAtBottom(box.scrollHeight - box.clientHeight - box.scrollTop < SLACK_PX);
  }, [anchor]);

  useEffect(() => {
    const box = scroller.current;
    const inner = content.current;
    if (box === null || inner === null) return;
    const onScroll = (): void => {
      const left = box.scrollHeight - box.clientHeight - box.scrollTop;
      // Only a movement upwards lets go: content that grows below also makes `left` large.
      if (left < SLACK_PX) isFollowing.current = true;
      else if (box.scrollTop < lastTop.current) isFollowing.current = false;
      lastTop.current = box.scrollTop;
      setAtBottom(left < SLACK_PX);
    };
    const observer = new ResizeObserver(keepUp);
    box.addEventListener('scroll', onScroll, { passive: true });
    observer.observe(inner);
    observer.observe(box);
    return () => {
      box.removeEventListener('scroll', onScroll);
      observer.disconnect();
    };
  }, [keepUp]);

  const follow = useCallback(() => {
    isFollowing.current = true;
    keepUp();
  }, [keepUp]);

  const goToBottom = useCallback(() => {
    isFollowing.current = true;
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior: isStill ? 'instant' : 'smooth' });
  }, []);

  return { scroller, content, isAtBottom, follow, goToBottom };
}
