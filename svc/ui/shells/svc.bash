# svc completion for bash
_svc_complete() {
    local line values=() shown=()
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ $line == :files ]]; then
            compopt -o default
            return
        fi
        values+=("${line%%$'\t'*}")
        shown+=("${line%%$'\t'*}  ${line#*$'\t'}")
    done < <(_SVC_TAB=bash COMP_LINE="$COMP_LINE" COMP_POINT="$COMP_POINT" "${COMP_WORDS[0]}" 2>/dev/null)
    # at the second Tab the list is shown, with what stands behind each
    if [[ ${COMP_TYPE:-9} == 63 && ${#values[@]} -gt 1 ]]; then
        COMPREPLY=("${shown[@]}")
    else
        COMPREPLY=("${values[@]}")
    fi
}
complete -o nosort -F _svc_complete svc
