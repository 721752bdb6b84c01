// The page by keyboard: Enter asks, / goes to the field, j and k or the arrows go from passage to passage, o opens one.

/** Listen for keys, while no source is open. `question` is the field, `result` holds the passages, `submit` asks. */
export function listenForKeys({ question, result, source, submit }) {
  function move(step) {
    const passages = [...result.querySelectorAll(".passage")];
    const here = passages.indexOf(document.activeElement.closest(".passage"));
    const next = passages[Math.min(Math.max(here + step, 0), passages.length - 1)];
    next?.focus();
    return Boolean(next);
  }

  function typing(event) {
    if (event.target !== question || event.isComposing) return false;
    if (event.key === "Enter" && !event.shiftKey) submit();
    else if (event.key === "ArrowDown" && question.selectionStart === question.value.length) return move(1);
    else return false;
    return true;
  }

  function commanding(event) {
    const passage = event.target.closest(".passage");
    const arrows = result.contains(event.target);
    if (event.key === "/") return search();
    else if (event.key === "j" || (event.key === "ArrowDown" && arrows)) return move(1);
    else if (event.key === "k" || (event.key === "ArrowUp" && arrows)) return move(-1);
    else if (passage && (event.key === "o" || (event.key === "Enter" && event.target === passage))) {
      passage.querySelector(".open").click();
    } else return false;
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (source.open || event.ctrlKey || event.metaKey || event.altKey) return;
    const handled = event.target.matches("input, textarea, select") ? typing(event) : commanding(event);
    if (handled) event.preventDefault();
  });
}

/** Go to the field to type into: that of the question, or that of the view. */
function search() {
  const field = [...document.querySelectorAll("[aria-keyshortcuts='/']")].find((each) => each.checkVisibility());
  field?.focus();
  field?.select();
  return Boolean(field);
}
