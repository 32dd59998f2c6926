/** Whether the page is being printed: what is only drawn when it comes into view has to be there at once then. */
import { useLayoutEffect, useState } from 'preact/hooks';

export function usePaper(): boolean {
  const [onPaper, setPaper] = useState(false);
  useLayoutEffect(() => {
    const print = matchMedia('print');
    const follow = (): void => setPaper(print.matches);
    const before = (): void => setPaper(true);
    const after = (): void => setPaper(false);
    follow();
    print.addEventListener('change', follow);
    addEventListener('beforeprint', before);
    addEventListener('afterprint', after);
    return () => {
      print.removeEventListener('change', follow);
      removeEventListener('beforeprint', before);
      removeEventListener('afterprint', after);
    };
  }, []);
  return onPaper;
}
