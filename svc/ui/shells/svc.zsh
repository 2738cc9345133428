#compdef svc
# svc completion for zsh
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
_svc() {
    local line
    local -a values shown
    for line in "${(@f)$(_SVC_TAB=zsh ${(Q)words[1]} "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
        [[ -z $line ]] && continue
        if [[ $line == :files ]]; then
            _files
            return
        fi
        values+=("${line%%$'\t'*}")
        shown+=("${line%%$'\t'*}  ${line#*$'\t'}")
    done
    (( $#values )) && compadd -U -l -V svc -d shown -a values
}
compdef _svc svc
