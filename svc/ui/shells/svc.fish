# svc completion for fish
function __svc_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    for line in (_SVC_TAB=fish $before[1] $before[2..-1] "$current" 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path "$current"
            return
        end
        echo $line
    end
end
complete -c svc -k -f -a '(__svc_complete)'
